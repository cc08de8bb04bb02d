/** Writes a text as a literal of PostgreSQL's SQL, whatever `standard_conforming_strings` is. The text holds no NUL. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', String.raw`\\`)}` : quoted;
}

/** Writes a text as the name of a schema, table or column, exactly as it is. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Writes texts as an array, a constant for the planner: partitions are left out by it. */
export function quoteTexts(texts: readonly string[]): string {
  return `ARRAY[${texts.map(quoteLiteral).join(', ')}]::text[]`;
}
