import type { MetricFamily } from '../model.js';
import { takesUnit } from '../sample-names.js';
import { ExpositionParseError, type ExpositionParseErrorCode, type Place } from './exposition-parse-error.js';
import type { MetadataLine } from './metadata-line.js';
import { shownName } from './name-token.js';
import { closedFamily, type FamilyRules, openFamily, type OpenFamily, typeOf } from './open-family.js';
import type { SampleLine } from './sample-line.js';

/**
 * Puts lines together to families: one group of lines each, metadata first, and no two families whose sample
 * names could collide. Both formats agree on that; `FamilyRules` holds what they do not agree on.
 */
export class FamilyTable {
  readonly #rules: FamilyRules;
  readonly #closed: MetricFamily[] = [];
  /** Each family by its name and by each name that its samples may have. */
  readonly #owners = new Map<string, OpenFamily>();
  #current: OpenFamily | undefined;
  #sampleNames: readonly string[] = [];

  constructor(rules: FamilyRules) {
    this.#rules = rules;
  }

  addMetadata(line: MetadataLine): void {
    const { place } = line;
    const family = this.#familyForMetadata(line.name, place);
    if (family.samples.length > 0) {
      throw problem(
        'metadata-after-samples',
        place,
        line.name,
        'expected metadata before the first sample of',
      );
    }
    if (family[line.kind] !== undefined) {
      throw problem(
        'duplicate-metadata',
        place,
        line.name,
        `expected one ${line.kind.toUpperCase()} line for`,
      );
    }
    switch (line.kind) {
      case 'type':
        family.type = line.type;
        this.#claim(family, place);
        break;
      case 'help':
        family.help = line.help;
        break;
      case 'unit':
        family.unit = line.unit;
        break;
    }
    if (family.unit && !takesUnit(typeOf(family), family.wireName, family.unit)) {
      throw problem('bad-unit', place, line.name, 'an info or a stateset has no unit:');
    }
  }

  addSample(line: SampleLine): void {
    const family = this.#familyForSample(line.sample.name, line.place);
    family.judge ??= this.#rules.createJudge(family.wireName, typeOf(family));
    family.judge.add(line);
    family.samples.push(line.sample);
  }

  /** Closes the last family and gives back all of them, in the order of the text. */
  close(): MetricFamily[] {
    this.#closeCurrent();
    return this.#closed;
  }

  #familyForMetadata(name: string, place: Place): OpenFamily {
    if (this.#current?.wireName === name) return this.#current;
    const owner = this.#owners.get(name);
    if (owner?.wireName === name) throw interleaved(place, name);
    if (owner !== undefined) throw clash(place, name, owner);
    return this.#open(name, place);
  }

  #familyForSample(name: string, place: Place): OpenFamily {
    if (this.#current !== undefined && this.#sampleNames.includes(name)) return this.#current;
    const owner = this.#owners.get(name);
    if (owner === undefined) return this.#open(name, place);
    if (!this.#rules.sampleNames(owner.wireName, typeOf(owner)).includes(name)) {
      const what = `the type ${typeOf(owner)} has samples of other names than`;
      throw problem('bad-sample-name', place, name, what);
    }
    throw interleaved(place, name);
  }

  #open(name: string, place: Place): OpenFamily {
    this.#closeCurrent();
    const family = openFamily(name);
    this.#current = family;
    this.#claim(family, place);
    return family;
  }

  #claim(family: OpenFamily, place: Place): void {
    this.#sampleNames = this.#rules.sampleNames(family.wireName, typeOf(family));
    for (const name of [family.wireName, ...this.#sampleNames]) {
      const owner = this.#owners.get(name);
      if (owner !== undefined && owner !== family) throw clash(place, family.wireName, owner);
      this.#owners.set(name, family);
    }
  }

  #closeCurrent(): void {
    if (this.#current === undefined) return;
    this.#current.judge?.close();
    this.#closed.push(closedFamily(this.#current, this.#rules));
    this.#current = undefined;
  }
}

function problem(
  code: ExpositionParseErrorCode,
  place: Place,
  name: string,
  what: string,
): ExpositionParseError {
  return new ExpositionParseError(code, place, `${what} ${shownName(name)}`);
}

function interleaved(place: Place, name: string): ExpositionParseError {
  return problem(
    'interleaved-family',
    place,
    name,
    'expected all lines of a family together, got one more of',
  );
}

function clash(place: Place, name: string, owner: OpenFamily): ExpositionParseError {
  const what = `the family ${shownName(owner.wireName)} has, or may have, samples that collide with those of`;
  return problem('name-clash', place, name, what);
}
