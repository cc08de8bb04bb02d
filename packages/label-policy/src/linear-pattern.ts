import { type Instruction, parsePattern } from './parse-pattern.js';

/** A pattern that matches whole texts in time linear in their length. */
export interface LinearPattern {
  matches(text: string): boolean;
  /** How many steps a text takes at most; for tests, which hold it to its bound without a clock. */
  countSteps(text: string): number;
}

/**
 * Turns a regular expression into an automaton that follows all of its ways at once (Thompson's construction), so
 * that no text makes it go back. What needs more than that is refused: look-around, back references, boundaries.
 */
export function compilePattern(pattern: RegExp): LinearPattern | { readonly problem: string } {
  const parsed = parsePattern(pattern);
  if ('problem' in parsed) return parsed;
  const { program } = parsed;
  return {
    matches: (text) => run(program, text).matches,
    countSteps: (text) => run(program, text).steps,
  };
}

function run(
  program: readonly Instruction[],
  text: string,
): { readonly matches: boolean; readonly steps: number } {
  let steps = 0;
  const seen = new Int32Array(program.length).fill(-1);
  // Puts a state and all that it leads to without a character into the set of one position.
  const enter = (states: number[], first: number, position: number): void => {
    const pending = [first];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (seen[at] === position) continue;
      seen[at] = position;
      steps++;
      const instruction = program[at];
      if (instruction?.kind === 'split') pending.push(...instruction.to);
      else states.push(at);
    }
  };
  let states: number[] = [];
  enter(states, 0, 0);
  for (let position = 0; position < text.length && states.length > 0; position++) {
    const code = text.charCodeAt(position);
    const next: number[] = [];
    for (const at of states) {
      const instruction = program[at];
      if (instruction?.kind === 'character' && instruction.accepts(code)) enter(next, at + 1, position + 1);
      steps++;
    }
    states = next;
  }
  return { matches: states.some((at) => program[at]?.kind === 'match'), steps };
}
