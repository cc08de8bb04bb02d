/** One element of an `Accept` or `Accept-Encoding` header. */
export interface AcceptItem {
  /** Media type or coding, in lowercase, without parameters. */
  readonly value: string;
  /** Parameters but `q`, names in lowercase. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Weight from 0 (refused) to 1; 1 where the header names none, 0 where what it names is no weight. */
  readonly q: number;
}

const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Parses a list header with weights (RFC 9110, section 12.4). Never throws; elements that make no sense match
 * nothing. Quoted parameter values with a comma or semicolon inside are not understood: no media type or coding that
 * an exporter offers has one.
 */
export function parseAccept(header: string): readonly AcceptItem[] {
  return header.split(',').map((element) => {
    const [value = '', ...rest] = element.split(';').map((part) => part.trim());
    const parameters = new Map<string, string>();
    for (const part of rest) {
      const equals = part.indexOf('=');
      if (equals < 1) continue;
      const name = part.slice(0, equals).trim().toLowerCase();
      parameters.set(name, unquote(part.slice(equals + 1).trim()));
    }
    const quality = parameters.get('q') ?? '1';
    parameters.delete('q');
    return { value: value.toLowerCase(), parameters, q: QUALITY.test(quality) ? Number(quality) : 0 };
  });
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
