import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { extractFacts } from '../source/extract-facts.js';
import type { ModuleFacts } from '../source/module-facts.js';
import type { FactsCache } from './facts-cache.js';
import { isWorthThreads, scanInThreads, type ScanRequest } from './thread-pool.js';

/** What a run has looked at so far. */
export interface ScanStats {
  readonly files: number;
  /** Files whose facts were known from an earlier run. */
  readonly remembered: number;
}

/** Gives the facts of files, each read once in a run. */
export class Scanner {
  readonly #cache: FactsCache;
  readonly #facts = new Map<string, ModuleFacts>();
  #remembered = 0;

  constructor(cache: FactsCache) {
    this.#cache = cache;
  }

  get stats(): ScanStats {
    return { files: this.#facts.size, remembered: this.#remembered };
  }

  /** The facts of a file that was scanned before. */
  factsOf(path: string): ModuleFacts | undefined {
    return this.#facts.get(path);
  }

  /** Reads files; afterwards {@link factsOf} knows them. A file that cannot be read has a problem for its facts. */
  async scan(paths: Iterable<string>): Promise<void> {
    const missing: (ScanRequest & { key: string })[] = [];
    for (const path of new Set(paths)) {
      if (this.#facts.has(path)) continue;
      const text = readText(path);
      if (text === undefined) {
        this.#facts.set(path, unreadable());
        continue;
      }
      const key = hash('sha256', `${path.slice(path.lastIndexOf('.'))}\0${text}`, 'base64url');
      const known = this.#cache.get(key);
      if (known === undefined) {
        missing.push({ path, text, key });
      } else {
        this.#facts.set(path, known);
        this.#remembered += 1;
      }
    }
    const requests = missing.map(({ path, text }) => ({ path, text }));
    const read = isWorthThreads(requests)
      ? await scanInThreads(requests)
      : requests.map(({ path, text }) => extractFacts(path, text));
    for (const [index, { path, key }] of missing.entries()) {
      const facts = read[index];
      if (facts === undefined) continue;
      this.#facts.set(path, facts);
      this.#cache.set(key, facts);
    }
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function unreadable(): ModuleFacts {
  const problem = { message: 'The file cannot be read', line: 1, column: 1 };
  return { edges: [], exports: [], unknownImports: [], globals: [], metrics: [], problem };
}
