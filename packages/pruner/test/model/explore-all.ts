import { explore, type Explored } from './explore.js';

/** What many schedules came to together; violations begin with their seed. */
export async function exploreAll(firstSeed: number, schedules: number): Promise<Explored> {
  const violations: string[] = [];
  const sum = { steps: 0, readings: 0, kills: 0, powerFailures: 0, damages: 0, troubles: 0 };
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const explored = await explore(seed);
    violations.push(...explored.violations.map((what) => `${seed}: ${what}`));
    sum.steps += explored.steps;
    sum.readings += explored.readings;
    sum.kills += explored.kills;
    sum.powerFailures += explored.powerFailures;
    sum.damages += explored.damages;
    sum.troubles += explored.troubles;
  }
  return { violations, ...sum };
}
