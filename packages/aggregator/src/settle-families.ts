import type { MetricKind } from '@promshard/shard-format';
import type { Family } from './family.js';
import { SAMPLE_SUFFIXES, shownName } from './metric-name.js';
import type { FamilyUse } from './shard-plan.js';
import type { SnapshotProblem, SnapshotProblemCode } from './snapshot.js';

/** A shard's part in the decision: its name, and what it says of its families. */
export interface FamilySource {
  readonly name: string;
  readonly families: ReadonlyMap<Family, FamilyUse>;
}

/** A family that goes out, with its help text. */
export interface SettledFamily {
  readonly family: Family;
  readonly help: string;
}

/** The families that go out, sorted by name, and what the shards disagree on. */
export interface Settlement {
  readonly families: readonly SettledFamily[];
  readonly problems: readonly SnapshotProblem[];
}

const KIND_ORDER: Readonly<Record<MetricKind, number>> = {
  counter: 0,
  gauge: 1,
  histogram: 2,
  summary: 3,
  sketch: 3,
  exemplars: 3,
  info: 4,
  stateset: 5,
};

/**
 * Decides between shards that disagree, so that no name goes out twice. The rules do not depend on which writers
 * happen to live:
 *
 * - type: counter before gauge before histogram before summary before info before stateset; the others' series are left out
 * - mode of a gauge or a state set: the first by name; the others' series are left out
 * - two families with equal sample names (a counter `jobs` and a gauge `jobs_total`): by type as above, then by name
 * - help: that of the first shard in name order
 * - buckets: all bounds of all shards, each value counted in the bound that its writer had, as in Python
 *
 * @param sources - In name order.
 */
export function settleFamilies(sources: readonly FamilySource[]): Settlement {
  const candidates = new Map<Family, Candidate>();
  const problems: SnapshotProblem[] = [];
  for (const source of sources) {
    for (const [family, use] of source.families) {
      const candidate = candidates.get(family);
      if (candidate === undefined)
        candidates.set(family, { family, use, file: source.name, told: new Set() });
      else compareUses(candidate, use, source.name, problems);
    }
  }
  const claims = new Map<string, Candidate>();
  const settled: SettledFamily[] = [];
  for (const candidate of [...candidates.values()].toSorted(byPrecedence)) {
    const names = namesOf(candidate.family);
    const winner = names.map((name) => claims.get(name)).find((claim) => claim !== undefined);
    if (winner !== undefined) {
      problems.push(leftOut(candidate, winner.family));
      continue;
    }
    for (const name of names) claims.set(name, candidate);
    settled.push({ family: candidate.family, help: candidate.use.help });
  }
  settled.sort((a, b) => (a.family.name < b.family.name ? -1 : 1));
  return { families: settled, problems };
}

interface Candidate {
  readonly family: Family;
  /** What the first shard in name order says. */
  readonly use: FamilyUse;
  readonly file: string;
  /** Kinds of disagreement that were reported: one of each is enough. */
  readonly told: Set<SnapshotProblemCode>;
}

function compareUses(
  { family, use, file, told }: Candidate,
  other: FamilyUse,
  otherFile: string,
  problems: SnapshotProblem[],
): void {
  if (other.help !== use.help && !told.has('help-conflict')) {
    told.add('help-conflict');
    const message = `Its help text of ${shownName(family.name)} differs from that of ${JSON.stringify(file)}, which is served.`;
    problems.push({ code: 'help-conflict', file: otherFile, message });
  }
  if (family.shard.kind === 'histogram' && !told.has('bucket-conflict') && !sameBounds(use, other)) {
    told.add('bucket-conflict');
    const message =
      `Its buckets of ${shownName(family.name)} differ from those of ${JSON.stringify(file)}; all bounds are served, and each ` +
      'value counts in the bound that its writer had.';
    problems.push({ code: 'bucket-conflict', file: otherFile, message });
  }
}

function sameBounds({ bounds }: FamilyUse, { bounds: others }: FamilyUse): boolean {
  if (bounds.size !== others.size) return false;
  for (const bound of bounds) {
    if (!others.has(bound)) return false;
  }
  return true;
}

function byPrecedence({ family: a }: Candidate, { family: b }: Candidate): number {
  const byKind = KIND_ORDER[a.shard.kind] - KIND_ORDER[b.shard.kind];
  if (byKind !== 0) return byKind;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return modeOf(a) < modeOf(b) ? -1 : 1;
}

function modeOf({ shard }: Family): string {
  return 'mode' in shard ? shard.mode : '';
}

/** All names that a family takes up: OpenMetrics allows none of them in two families. */
function namesOf({ name, shard }: Family): string[] {
  return [...new Set([name, ...SAMPLE_SUFFIXES[shard.kind].map((suffix) => `${name}${suffix}`)])];
}

function leftOut({ family, file }: Candidate, winner: Family): SnapshotProblem {
  const { name, shard } = family;
  if (name !== winner.name) {
    const message = `Its ${shard.kind} ${shownName(name)} has sample names of the ${winner.shard.kind} ${shownName(winner.name)}, and is left out.`;
    return { code: 'name-conflict', file, message };
  }
  if (shard.kind !== winner.shard.kind) {
    const message = `Its ${shard.kind} ${shownName(name)} is a ${winner.shard.kind} elsewhere, and is left out.`;
    return { code: 'type-conflict', file, message };
  }
  const message = `Its ${shard.kind} ${shownName(name)} has mode ${modeOf(family)}, elsewhere ${modeOf(winner)}, and is left out.`;
  return { code: 'mode-conflict', file, message };
}
