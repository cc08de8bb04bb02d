/** Which names an output already uses, so that no family or series is written twice. */
export class NameClaims {
  readonly #taken = new Set<string>();

  /** Takes all the names, or none of them if one is taken. */
  claim(names: readonly string[]): boolean {
    if (names.some((name) => this.#taken.has(name))) return false;
    for (const name of names) this.#taken.add(name);
    return true;
  }
}
