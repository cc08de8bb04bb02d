import type { ChainStep, Finding } from '../finding.js';
import { VERSION } from '../version.js';
import { RULE_TEXTS } from './rule-texts.js';
import type { Report } from './report.js';

/** A report in SARIF 2.1.0, for code scanning. The chain of imports is a code flow. */
export function toSarif({ findings }: Report): string {
  const ids = [...new Set(findings.map((finding) => idOf(finding)))].toSorted();
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'promshard-guard',
            semanticVersion: VERSION,
            informationUri: 'https://github.com/promshard/promshard/tree/main/packages/guardrails',
            rules: ids.map((id) => ({ id, shortDescription: { text: describeRule(id) } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => toResult(finding, ids)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function idOf({ rule, code }: Pick<Finding, 'rule' | 'code'>): string {
  return `${rule}/${code}`;
}

function describeRule(id: string): string {
  const rule = id.split('/')[0] as Finding['rule'];
  return RULE_TEXTS[rule];
}

function toResult(finding: Finding, ids: readonly string[]): object {
  const { severity, message, chain = [] } = finding;
  return {
    ruleId: idOf(finding),
    ruleIndex: ids.indexOf(idOf(finding)),
    level: severity,
    message: { text: message },
    locations: [toLocation(finding)],
    ...(chain.length > 0 && {
      codeFlows: [{ threadFlows: [{ locations: chain.map((step) => ({ location: toLocation(step) })) }] }],
    }),
  };
}

function toLocation(place: Pick<ChainStep, 'file' | 'line' | 'column'> & { readonly text?: string }): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: toUri(place.file) },
      region: { startLine: place.line, startColumn: place.column },
    },
    ...(place.text !== undefined && { message: { text: place.text } }),
  };
}

/** A relative reference, or the URL that was audited. */
function toUri(file: string): string {
  if (/^https?:/.test(file)) return file;
  return file
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}
