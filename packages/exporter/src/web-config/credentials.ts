/** A user's name and password, as a client sent them. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Reads an `Authorization` header of the Basic scheme (RFC 7617); undefined for anything else. */
export function parseCredentials(header: string | undefined): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
