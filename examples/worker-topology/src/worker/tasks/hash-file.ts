import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** What hashing found. */
export interface FileHash {
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads a file and hashes it. */
export async function hashFile(file: string): Promise<FileHash> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
