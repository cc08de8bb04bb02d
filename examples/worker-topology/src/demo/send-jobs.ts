import type { JobData } from '../topology.js';

/** Requests under way at a time. */
const CONCURRENCY = 8;

/** Posts jobs to the API, in order, a few at a time. */
export async function sendJobs(apiUrl: string, jobs: readonly JobData[]): Promise<void> {
  const queue = jobs.values();
  async function sendRest(): Promise<void> {
    for (const job of queue) {
      const response = await fetch(`${apiUrl}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(job),
      });
      if (response.status !== 202) throw new Error(`POST /jobs answered ${response.status}.`);
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, sendRest));
}
