import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { fixtureProject } from './fixture-project.js';
import { runGuard } from './run-guard.js';

const CONFIG = JSON.stringify({ workers: { entries: ['src/worker.js'] }, metrics: {} });
const LISTENING = `import { listen } from './http, & more.js';\nlisten();\n`;
const HTTP = `import http from 'node:http';\nexport const listen = () => http.createServer();\n`;

const project = (): string =>
  fixtureProject({
    'promshard-guard.config.json': CONFIG,
    'src/worker.js': LISTENING,
    'src/http, & more.js': HTTP,
    'node_modules/.keep': '',
  });

describe('the program', () => {
  test('shows what it finds as text and ends with 1', () => {
    const { code, output } = runGuard(project(), []);
    expect(code).toBe(1);
    expect(output.replace(/\d+\.\d s/, 'T s')).toBe(
      [
        'src/http, & more.js:2:29 error worker-no-listen/listens',
        '  The worker src/worker.js comes to what listens: it takes createServer of node:http. Take it out of the worker, or allow it with a reason.',
        `    src/worker.js:1:1         imports './http, & more.js'`,
        '    src/http, & more.js:2:29  takes createServer of node:http',
        '',
        '1 error, 0 warnings; 2 files (0 of them unchanged) in T s',
        '',
      ].join('\n'),
    );
  });

  test('ends with 0 where nothing is found', () => {
    const root = project();
    writeFileSync(join(root, 'src/http, & more.js'), 'export const listen = () => undefined;\n');
    expect(runGuard(root, ['check', '--strict'])).toMatchObject({ code: 0, errors: '' });
  });

  test('warns without failing, unless it is strict', () => {
    const root = project();
    writeFileSync(join(root, 'src/worker.js'), 'await import(name);\n');
    expect(runGuard(root, []).code).toBe(0);
    expect(runGuard(root, ['--strict']).code).toBe(1);
  });

  test('prints JSON', () => {
    const { findings } = JSON.parse(runGuard(project(), ['--format', 'json']).output) as {
      findings: object[];
    };
    expect(findings).toMatchObject([
      { rule: 'worker-no-listen', file: 'src/http, & more.js', line: 2, chain: [{ line: 1 }, { line: 2 }] },
    ]);
  });

  test('prints SARIF 2.1.0', () => {
    const log = JSON.parse(runGuard(project(), ['--format', 'sarif']).output) as { runs: object[] };
    expect(log).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'promshard-guard', rules: [{ id: 'worker-no-listen/listens' }] } },
          results: [
            {
              ruleId: 'worker-no-listen/listens',
              ruleIndex: 0,
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'src/http%2C%20%26%20more.js' },
                    region: { startLine: 2, startColumn: 29 },
                  },
                },
              ],
              codeFlows: [{ threadFlows: [{ locations: [{ location: {} }, { location: {} }] }] }],
            },
          ],
        },
      ],
    });
  });

  test('annotates a pull request, with separators escaped', () => {
    expect(runGuard(project(), ['--format', 'github']).output).toMatch(
      /^::error file=src\/http%2C & more\.js,line=2,col=29,title=worker-no-listen\/listens::The worker .*%0Asrc\/worker\.js:1 imports/,
    );
  });

  test('remembers files by their content', () => {
    const root = project();
    expect(runGuard(root, []).output).toContain('2 files (0 of them unchanged)');
    expect(existsSync(join(root, 'node_modules/.cache/promshard-guard/facts.json'))).toBe(true);
    expect(runGuard(root, []).output).toContain('2 files (2 of them unchanged)');
    writeFileSync(join(root, 'src/worker.js'), `${LISTENING}\n`);
    expect(runGuard(root, []).output).toContain('2 files (1 of them unchanged)');
    expect(runGuard(root, ['--no-cache']).output).toContain('2 files (0 of them unchanged)');
    writeFileSync(join(root, 'node_modules/.cache/promshard-guard/facts.json'), '{ "version": 3');
    expect(runGuard(root, [])).toMatchObject({ code: 1, errors: '' });
  });

  test('finds the same in several threads as in one', () => {
    const root = project();
    const padding = `// ${'x'.repeat(100_000)}\n`;
    for (let index = 0; index < 40; index += 1) {
      const next = index === 39 ? './http, & more.js' : `./file-${index + 1}.js`;
      writeFileSync(join(root, `src/file-${index}.js`), `${padding}export * from '${next}';\n`);
    }
    writeFileSync(join(root, 'src/worker.js'), `import { listen } from './file-0.js';\nlisten();\n`);
    const cold = runGuard(root, ['--format', 'json', '--no-cache']);
    const { findings } = JSON.parse(cold.output) as { findings: { chain: object[] }[] };
    expect(findings[0]?.chain).toHaveLength(42);
    writeFileSync(
      join(root, 'promshard-guard.config.json'),
      JSON.stringify({ workers: { entries: ['src/worker.js'] } }),
    );
    const oneByOne = JSON.parse(runGuard(root, ['--format', 'json', '--no-cache']).output) as {
      findings: object[];
    };
    expect(oneByOne.findings).toEqual(findings);
  });
});

describe('what it cannot work with', () => {
  test.each([
    [['--fromat', 'json'], 64, /Unknown option '--fromat'/],
    [['chekc'], 64, /chekc is no command\. Did you mean check\?/],
    [['--format', 'xml'], 64, /--format is one of text, json, sarif, github/],
    [['--max-series', '5'], 64, /--max-series is no option of check/],
    [['audit'], 64, /audit needs a URL/],
    [['audit', 'a', 'b'], 64, /takes no argument b/],
    [['audit', 'a', '--max-series', '0'], 64, /whole number from 1/],
    [['config', '--role', 'writre'], 64, /--role is one of/],
    [['audit', 'gone.prom'], 66, /gone\.prom is neither a file nor a directory/],
    [['audit', 'http://127.0.0.1:1/metrics'], 69, /could not be scraped/],
    [['--config', 'gone.json'], 78, /gone\.json cannot be read/],
  ])('%j ends with %i', (args, code, message) => {
    const run = runGuard(project(), args);
    expect(run).toMatchObject({ code, output: '' });
    expect(run.errors).toMatch(message);
  });

  test.each([
    ['{', 78, /is not JSON/],
    ['{ "wrokers": {} }', 78, /wrokers is no known key\. Did you mean "workers"\?/],
    ['{ "workers": { "entries": ["src/gone.js"] } }', 66, /src\/gone\.js matches no file/],
  ])('%s ends with %i', (config, code, message) => {
    const root = project();
    writeFileSync(join(root, 'promshard-guard.config.json'), config);
    const run = runGuard(root, []);
    expect(run.code).toBe(code);
    expect(run.errors).toMatch(message);
  });
});

test('config prints what an environment gives, or every problem', () => {
  const root = project();
  const env = { PROMETHEUS_MULTIPROC_DIR: root, WORKER_METRICS_EXPORTER_PORT: '9200' };
  const lines = runGuard(root, ['config', '--role', 'exporter'], env).output.split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'exporter:',
    `  dir = ${JSON.stringify(root)} (environment)`,
    '  host = "127.0.0.1" (default)',
    '  port = 9200 (environment)',
  ]);
  expect(lines).toContain('  labelPolicy = "standard" (default)');
  expect(runGuard(root, ['config'])).toMatchObject({ code: 78, output: '' });
});

test('--help and --version', () => {
  const root = project();
  expect(runGuard(root, ['--help']).output).toMatch(/^promshard-guard: /);
  expect(runGuard(root, ['--version']).output).toMatch(/^\d+\.\d+\.\d+/);
});
