/** Kinds of what a task may throw at those who count it, and at the broker's library. */
export const HOSTILE_KINDS: readonly string[];
/** Throws what the kind says. */
export function throwHostile(kind: string): never;
