/** A client, or a function that gives the one in use now: for applications that make a new one to connect again. */
export type CurrentClient<T extends object> = T | (() => T | undefined);

/** The client in use now. */
export function currentClient<T extends object>(client: CurrentClient<T>): T | undefined {
  return typeof client === 'function' ? client() : client;
}
