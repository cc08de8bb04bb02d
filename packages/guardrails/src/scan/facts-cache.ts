import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { replaceFile } from '../replace-file.js';
import type { ModuleFacts } from '../source/module-facts.js';
import { VERSION } from '../version.js';

/** Grows with every change of what is read from a file. */
const FACTS_VERSION = 2;

/** Facts by the hash of the text that they were read from, kept between runs. */
export interface FactsCache {
  get(hash: string): ModuleFacts | undefined;
  set(hash: string, facts: ModuleFacts): void;
  /** Keeps what this run asked for; what it did not ask for belongs to files that have changed or gone. */
  save(): void;
}

interface CacheFile {
  readonly version: string;
  readonly facts: Readonly<Record<string, ModuleFacts>>;
}

const CACHE_VERSION = `${VERSION}/${FACTS_VERSION}`;

/** A cache in `node_modules/.cache/promshard-guard` of a project; without `node_modules` there is none. */
export function openFactsCache(root: string): FactsCache {
  const folder = join(root, 'node_modules');
  if (!existsSync(folder)) return memoryCache();
  const path = join(folder, '.cache/promshard-guard/facts.json');
  const before = read(path);
  const used = new Map<string, ModuleFacts>();
  let changed = false;
  return {
    get(hash) {
      const facts = used.get(hash) ?? before[hash];
      if (facts !== undefined) used.set(hash, facts);
      return facts;
    },
    set(hash, facts) {
      used.set(hash, facts);
      changed = true;
    },
    save() {
      if (!changed) return;
      const content: CacheFile = { version: CACHE_VERSION, facts: Object.fromEntries(used) };
      try {
        replaceFile(path, JSON.stringify(content));
      } catch {
        // A read-only checkout is scanned without a cache.
      }
    },
  };
}

/** Remembers for one run only. */
export function memoryCache(): FactsCache {
  const facts = new Map<string, ModuleFacts>();
  return {
    get: (hash) => facts.get(hash),
    set: (hash, value) => void facts.set(hash, value),
    save: () => undefined,
  };
}

/** An absent, damaged or older file is an empty one. */
function read(path: string): Readonly<Record<string, ModuleFacts>> {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Partial<CacheFile> | null;
    return content?.version === CACHE_VERSION ? (content.facts ?? {}) : {};
  } catch {
    return {};
  }
}
