/** What `GET /dead-letters` says. */
export interface DeadLetterList {
  readonly letters: readonly { readonly id: string; readonly queue: string; readonly failedAt?: string }[];
  readonly more: boolean;
}

/** What `POST /dead-letters/replay` says. */
export interface ReplayAnswer {
  readonly ended: string;
  readonly found: number;
  readonly done: number;
  readonly gone: number;
  readonly refused: number;
}

/** Lists the dead letters by the API. */
export async function listDeadLetters(apiUrl: string): Promise<DeadLetterList> {
  const response = await fetch(`${apiUrl}/dead-letters`);
  if (!response.ok) throw new Error(`GET /dead-letters answered ${response.status}.`);
  return (await response.json()) as DeadLetterList;
}

/** Has the API put all dead letters back to work, some a second. */
export async function replayDeadLetters(apiUrl: string, ratePerSecond: number): Promise<ReplayAnswer> {
  const response = await fetch(`${apiUrl}/dead-letters/replay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ratePerSecond }),
  });
  if (!response.ok) throw new Error(`POST /dead-letters/replay answered ${response.status}.`);
  return (await response.json()) as ReplayAnswer;
}
