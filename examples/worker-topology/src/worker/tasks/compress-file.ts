import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** What compressing found. */
export interface Compression {
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Reads a file and compresses it; what comes out is only measured. */
export async function compressFile(file: string): Promise<Compression> {
  const source = createReadStream(file);
  let compressedBytes = 0;
  const meter = new Writable({
    write(chunk: Buffer, _encoding, done) {
      compressedBytes += chunk.length;
      done();
    },
  });
  await pipeline(source, createGzip({ level: 9 }), meter);
  return { bytes: source.bytesRead, compressedBytes };
}
