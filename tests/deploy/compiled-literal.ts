import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

/** What data has to satisfy: a type, and the imports that it needs. */
export interface Wanted {
  readonly data: unknown;
  /** An expression over the imported names. */
  readonly type: string;
}

/**
 * A type as its JSON: the members of an `enum` are the strings and numbers that they stand for. Everything else stays,
 * so that a property which the type does not have is an error.
 */
const JSON_TYPE = `
type Json<T> = unknown extends T ? T
  : T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer U)[] ? Json<U>[]
  : T extends object ? { [K in keyof T]: Json<T[K]> }
  : T;
`;

/** Compiles data as literals that have to satisfy their types, and tells for each what does not. */
export function typeProblems(imports: string, wanted: readonly Wanted[]): readonly (readonly string[])[] {
  const file = join(dirname(fileURLToPath(import.meta.url)), 'literals.ts');
  let text = imports + JSON_TYPE;
  // Where each literal ends.
  const ends = wanted.map(({ data, type }) => {
    text += `void (${JSON.stringify(data, null, 1)} satisfies Json<${type}>);\n`;
    return text.length;
  });
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([file], options, {
    ...host,
    fileExists: (path) => path === file || host.fileExists(path),
    readFile: (path) => (path === file ? text : host.readFile(path)),
    getSourceFile: (path, target, ...rest) =>
      path === file ? ts.createSourceFile(path, text, target) : host.getSourceFile(path, target, ...rest),
  });
  const problems = wanted.map((): string[] => []);
  for (const { file: source, start = 0, messageText } of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    const owner = problems[ends.findIndex((end) => start < end)];
    // What is wrong with the imports is wrong with the test.
    if (source?.fileName !== file || start < imports.length || owner === undefined) throw new Error(message);
    const line = text.slice(text.lastIndexOf('\n', start) + 1, text.indexOf('\n', start));
    owner.push(`${line.trim()}: ${message}`);
  }
  return problems;
}
