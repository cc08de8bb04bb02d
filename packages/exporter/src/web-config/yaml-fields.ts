import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';

import type { WebConfigProblem } from './web-config.js';

/** What a key is expected to hold, for the message where it does not. */
export interface Expectation {
  readonly expected: string;
  readonly example: string;
}

/** The fields of one mapping. Each method notes a problem where a field is not what is asked for. */
export interface Fields {
  /** The text of a scalar; undefined where it is absent or empty, which the toolkit takes for the same. */
  text(key: string, expectation: Expectation): string | undefined;
  /** One of some texts. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>, expectation: Expectation): T | undefined;
  flag(key: string): boolean | undefined;
  /** The texts of a sequence. */
  list(key: string, expectation: Expectation): readonly string[] | undefined;
  /** The fields of a mapping under this one. */
  child(key: string): Fields;
  /** Keys and texts of a mapping with keys of the file's own. */
  entries(key: string, expectation: Expectation): readonly (readonly [string, string])[];
  /** Whether the key is there with anything under it. */
  has(key: string): boolean;
  /** Notes a problem with a key. What was there is shown only on request: it may be a secret. */
  fail(key: string, complaint: string, expectation: Expectation, received?: string): void;
  /** Notes every key that none of the other methods was asked for. */
  refuseOthers(): void;
}

// go-yaml's words for the two.
const FLAGS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['y', 'yes', 'true', 'on'].flatMap(spellings).map((word) => [word, true])),
  ...Object.fromEntries(['n', 'no', 'false', 'off'].flatMap(spellings).map((word) => [word, false])),
};

const NOT_SHOWN = 'a value that is not shown';

/**
 * Parses YAML into its top mapping, every scalar as the text that stands there: what a text means is up to its key.
 * Problems are added to `problems`; the library's own messages are not used, since they quote the source.
 */
export function parseFields(text: string, problems: WebConfigProblem[]): Fields {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  for (const { code, pos } of [...document.errors, ...document.warnings].slice(0, 1)) {
    problems.push({
      key: '',
      line: lines.linePos(pos[0]).line,
      complaint: code === 'DUPLICATE_KEY' ? 'has one key twice' : `is not valid YAML (${code})`,
      expected: 'a YAML document with each key once',
      example: 'basic_auth_users: {}',
      received: NOT_SHOWN,
    });
  }
  const context = { document, problems, lineOf: (offset: number) => lines.linePos(offset).line };
  return fieldsOf(problems.length === 0 ? document.contents : null, '', undefined, context);
}

interface Context {
  readonly document: Document;
  readonly problems: WebConfigProblem[];
  readonly lineOf: (offset: number) => number;
}

function fieldsOf(
  contents: unknown,
  path: string,
  line: number | undefined,
  { document, problems, lineOf }: Context,
): Fields {
  const node = resolve(contents, document);
  const items = new Map<string, { readonly value: unknown; readonly line: number | undefined }>();
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const name = textOf(resolve(key, document)) ?? '?';
      items.set(name, { value: resolve(value, document), line: lineAt(key, lineOf) });
    }
  } else if (!isEmpty(node)) {
    problems.push({
      key: path,
      line,
      complaint: 'is not a mapping',
      expected: 'a mapping of keys to values',
      example: 'basic_auth_users: {}',
      received: NOT_SHOWN,
    });
  }
  const asked = new Set<string>();
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`);

  function fail(
    key: string,
    complaint: string,
    { expected, example }: Expectation,
    received: string = NOT_SHOWN,
  ): void {
    const at = items.get(key)?.line ?? line;
    problems.push({ key: under(key), line: at, complaint, expected, example, received });
  }

  function find(key: string): unknown {
    asked.add(key);
    return items.get(key)?.value;
  }

  function text(key: string, expectation: Expectation): string | undefined {
    const found = find(key);
    if (isEmpty(found)) return undefined;
    const scalar = textOf(found);
    if (scalar === undefined) fail(key, 'is not a text', expectation);
    return scalar;
  }

  function choice<T>(key: string, choices: Readonly<Record<string, T>>, expectation: Expectation) {
    const chosen = text(key, expectation);
    if (chosen === undefined) return undefined;
    if (Object.hasOwn(choices, chosen)) return choices[chosen];
    fail(key, 'is none of the choices', expectation, JSON.stringify(chosen.slice(0, 40)));
    return undefined;
  }

  return {
    text,
    choice,
    flag: (key) => choice(key, FLAGS, { expected: 'true or false', example: `${key}: true` }),
    list(key, expectation) {
      const found = find(key);
      if (isEmpty(found)) return undefined;
      const texts = isSeq(found) ? found.items.map((item) => textOf(resolve(item, document))) : [undefined];
      if (texts.every((item) => item !== undefined)) return texts;
      fail(key, 'is not a sequence of texts', expectation);
      return undefined;
    },
    child(key) {
      return fieldsOf(find(key), under(key), items.get(key)?.line, { document, problems, lineOf });
    },
    entries(key, expectation) {
      const found = find(key);
      if (isEmpty(found)) return [];
      const pairs = isMap(found)
        ? found.items.map(({ key: name, value: held }) => [
            textOf(resolve(name, document)),
            textOf(resolve(held, document)) ?? (isEmpty(held) ? '' : undefined),
          ])
        : [[undefined, undefined]];
      const entries: (readonly [string, string])[] = [];
      for (const [name, held] of pairs) {
        if (name === undefined || held === undefined) fail(key, 'is not a mapping of texts', expectation);
        else entries.push([name, held]);
      }
      return entries;
    },
    has: (key) => !isEmpty(items.get(key)?.value),
    fail,
    refuseOthers() {
      for (const key of items.keys()) {
        if (asked.has(key)) continue;
        fail(key, 'is no key that is known here', {
          expected: `one of ${[...asked].join(', ')}`,
          example: `${[...asked][0] ?? ''}: …`,
        });
      }
    },
  };
}

function resolve(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

function isEmpty(node: unknown): boolean {
  if (node === null || node === undefined) return true;
  if (!isScalar(node)) return false;
  return (
    node.value === null ||
    node.value === '' ||
    (node.type === 'PLAIN' && /^(?:~|null)$/i.test(textOf(node) ?? ''))
  );
}

function lineAt(node: unknown, lineOf: (offset: number) => number): number | undefined {
  const range = (node as Node | null)?.range;
  return range === null || range === undefined ? undefined : lineOf(range[0]);
}

function spellings(word: string): readonly string[] {
  return [word, word.toUpperCase(), `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`];
}
