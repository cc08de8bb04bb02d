import type { ModuleUse } from '../source/module-facts.js';

/** Whether files can be changed by what a file does with `node:fs` or `node:fs/promises`. */
export type FileAccess =
  | { readonly kind: 'reads' }
  | { readonly kind: 'changes'; readonly name: string }
  | { readonly kind: 'unclear'; readonly why: string };

const READING: ReadonlySet<string> = new Set(
  [
    [
      'access',
      'close',
      'exists',
      'fstat',
      'lstat',
      'opendir',
      'read',
      'readdir',
      'readFile',
      'readlink',
      'readv',
    ],
    ['realpath', 'stat', 'statfs', 'glob', 'openAsBlob'],
  ]
    .flat()
    .flatMap((name) => [name, `${name}Sync`])
    .concat(
      'constants',
      'createReadStream',
      'unwatchFile',
      'watch',
      'watchFile',
      'F_OK',
      'R_OK',
      'W_OK',
      'X_OK',
    )
    .concat('BigIntStats', 'Dir', 'Dirent', 'FileReadStream', 'ReadStream', 'StatFs', 'Stats', 'then'),
);

/** Judges one use of the module; every name that is not known to read changes. */
export function fileAccess({ path, escapes, opens }: ModuleUse): FileAccess {
  const member = path.replace(/^default(?:\.|$)/, '').replace(/^promises(?:\.|$)/, '');
  const name = member.split('.')[0] ?? '';
  if (name === '') {
    return escapes === true ? { kind: 'unclear', why: 'passes the whole of node:fs on' } : { kind: 'reads' };
  }
  if (name === 'open' || name === 'openSync') {
    if (opens === 'writing') return { kind: 'changes', name: `${name} for writing` };
    if (opens === 'unknown') return { kind: 'unclear', why: `calls ${name} with flags that are computed` };
    return escapes === true ? { kind: 'unclear', why: `passes ${name} on` } : { kind: 'reads' };
  }
  return READING.has(name) ? { kind: 'reads' } : { kind: 'changes', name };
}
