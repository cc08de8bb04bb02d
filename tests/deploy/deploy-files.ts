import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseAllDocuments } from 'yaml';

/** The folder whose files are tested. */
export const DEPLOY: string = fileURLToPath(new URL('../../deploy', import.meta.url));

/** A file of the folder, as text. */
export function readText(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8');
}

/** Every document of a YAML file; a key that is there twice is an error. */
export function readDocuments(path: string): readonly unknown[] {
  return parseAllDocuments(readText(path), { merge: true }).map((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw problem;
    return document.toJS() as unknown;
  });
}

/** The YAML files of a folder in the folder, by path. */
export function yamlFiles(folder: string): readonly string[] {
  return readdirSync(join(DEPLOY, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `${folder}/${name}`);
}

/** A rule of `rules/*.yml`. */
export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}

/** All rules, in the order of the files. */
export function readRules(): readonly Rule[] {
  return yamlFiles('prometheus/rules').flatMap((file) =>
    (readDocuments(file) as { groups: { rules: Rule[] }[] }[]).flatMap(({ groups }) =>
      groups.flatMap(({ rules }) => rules),
    ),
  );
}
