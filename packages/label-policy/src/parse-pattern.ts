import { type Accepts, readCharacters } from './pattern-characters.js';

/** One state of an automaton; a character leads to the next one in the program. */
export type Instruction =
  | { readonly kind: 'character'; readonly accepts: Accepts }
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'match' };

/** A piece of a program whose targets are relative to its first instruction. */
type Fragment = readonly Instruction[];

/** An automaton with more states is slow and surely a mistake: `{1,100}` within `{1,100}`. */
const MOST_STATES = 2000;

class Unsupported extends Error {}

/** Parses the part of regular expressions that automata know. */
export function parsePattern(
  pattern: RegExp,
): { readonly program: readonly Instruction[] } | { readonly problem: string } {
  if (!(pattern instanceof RegExp)) return { problem: 'is no RegExp; expected for example /[a-z_]{1,40}/' };
  const flags = pattern.flags.replace(/[dgy]/g, '');
  if (flags !== '' && flags !== 'i') return { problem: `has the flags "${flags}"; expected none, or i` };
  try {
    const parser = new Parser(pattern.source.replace(/^\^/, '').replace(/(?<!\\)\$$/, ''), flags === 'i');
    return { program: [...parser.parse(), { kind: 'match' }] };
  } catch (error) {
    if (error instanceof Unsupported) return { problem: error.message };
    throw error;
  }
}

class Parser {
  private at = 0;
  private readonly source: string;
  private readonly ignoreCase: boolean;

  constructor(source: string, ignoreCase: boolean) {
    this.source = source;
    this.ignoreCase = ignoreCase;
  }

  parse(): Fragment {
    const all = this.alternatives();
    if (this.at < this.source.length)
      throw new Unsupported(`has "${this.source.charAt(this.at)}" out of place`);
    return all;
  }

  private alternatives(): Fragment {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return options.reduceRight((rest, option) => either(option, rest));
  }

  private sequence(): Fragment {
    const parts: Instruction[] = [];
    while (this.at < this.source.length && !/[|)]/.test(this.source.charAt(this.at))) {
      parts.push(...shifted(this.repeated(this.atom()), parts.length));
    }
    return bounded(parts);
  }

  private atom(): Fragment {
    if (this.take('(')) {
      if (this.take('?') && !this.take(':')) {
        throw new Unsupported('looks around or names a group; an automaton cannot');
      }
      const inside = this.alternatives();
      if (!this.take(')')) throw new Unsupported('has a group without an end');
      return inside;
    }
    const read = readCharacters(this.source, this.at, this.ignoreCase);
    if ('problem' in read) throw new Unsupported(read.problem);
    this.at = read.end;
    return [{ kind: 'character', accepts: read.accepts }];
  }

  private repeated(atom: Fragment): Fragment {
    const [min, max] = this.quantifier();
    // A lazy quantifier matches the same whole texts.
    this.take('?');
    if (min === 1 && max === 1) return atom;
    const copies = max === Infinity ? Math.max(min, 1) : max;
    if (copies * (atom.length + 1) > MOST_STATES)
      throw new Unsupported(`needs more than ${MOST_STATES} states`);
    const parts: Instruction[] = [];
    for (let copy = 0; copy < min; copy++) parts.push(...shifted(atom, parts.length));
    if (max === Infinity) {
      parts.push(...shifted(loop(atom), parts.length));
    } else {
      let optional: Fragment = [];
      for (let copy = min; copy < max; copy++)
        optional = either([...atom, ...shifted(optional, atom.length)], []);
      parts.push(...shifted(optional, parts.length));
    }
    return bounded(parts);
  }

  private quantifier(): readonly [min: number, max: number] {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.source.slice(this.at, this.at + 12));
    if (found === null) return [1, 1];
    this.at += found[0].length;
    const min = Number(found[1]);
    if (found[2] === undefined) return [min, min];
    return [min, found[3] === '' ? Infinity : Number(found[3])];
  }

  private take(character: string): boolean {
    if (this.source.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }
}

/** One or the other; the first ends behind the second. */
function either(first: Fragment, second: Fragment): Fragment {
  const afterFirst = first.length + 2;
  const end = afterFirst + second.length;
  return bounded([
    { kind: 'split', to: [1, afterFirst] },
    ...shifted(first, 1),
    { kind: 'split', to: [end] },
    ...shifted(second, afterFirst),
  ]);
}

/** Any number of times, none included. */
function loop(inside: Fragment): Fragment {
  return [{ kind: 'split', to: [1, inside.length + 2] }, ...shifted(inside, 1), { kind: 'split', to: [0] }];
}

function shifted(fragment: Fragment, by: number): Instruction[] {
  return fragment.map((instruction) =>
    instruction.kind === 'split' ? { kind: 'split', to: instruction.to.map((to) => to + by) } : instruction,
  );
}

function bounded(fragment: Fragment): Fragment {
  if (fragment.length > MOST_STATES) throw new Unsupported(`needs more than ${MOST_STATES} states`);
  return fragment;
}
