/** Forbidden wherever they stand in a name: who, where from, with what secret, and text without bounds. */
export const FORBIDDEN_WORDS: readonly string[] = words(
  'tenant tenants user users usr username usernames account accounts acct customer customers login surname',
  'email emails msisdn phone phones telephone ip ips ipv session sessions sid sessid cookie cookies',
  'token tokens jwt password passwd secret apikey authorization traceparent',
  'path paths pathname filepath url urls uri uris href referer referrer',
  'query queries querystring message messages msg stacktrace',
);

/** Forbidden side by side, in this order. */
export const FORBIDDEN_PAIRS: readonly string[] = [
  ...pairs(['e'], ['mail']),
  ...pairs(['mail'], words('address addr')),
  ...pairs(words('first last full real family'), ['name']),
  ...pairs(words('mobile cell'), words('number no')),
  ...pairs(words('remote client peer forwarded'), words('address addr')),
  ...pairs(['api'], ['key']),
  ...pairs(['stack'], ['trace']),
  ...pairs(['trace'], ['parent']),
];

/** What has ids without end; forbidden with one of {@link ID_WORDS} right after it. */
export const UNBOUNDED_THINGS: readonly string[] = words(
  'trace span request req correlation transaction tx conversation event job task order invoice payment',
  'subscription device visitor person member profile contact client org organization organisation workspace',
  'company team project document file',
);

/** What makes a thing one of its kind. */
export const ID_WORDS: readonly string[] = words('id ids uuid uuids guid guids number no');

/** Forbidden as the whole name, with or without an `x_` before it. */
export const FORBIDDEN_ALONE: readonly string[] = words('id ids uuid uuids guid guids mail');

/**
 * A last word that says the value is one of a few classes of the thing, and so allows the name: `ip_version`,
 * `user_type`, `path_template`.
 */
export const CLASS_WORDS: readonly string[] = words(
  'type kind class category version family scheme protocol format template pattern role tier plan segment',
  'status state result outcome mode level',
);

/** Harmless alone, but written together with the others: `clientip`, `rawurl`, `phonenumber`. */
export const AFFIXES: readonly string[] = words(
  'x http raw full real remote source src dest dst destination peer forwarded access refresh auth api csrf error',
  'err log name address addr string hash first last mail mobile parent target current agent key stack',
);

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

function pairs(firsts: readonly string[], seconds: readonly string[]): string[] {
  return firsts.flatMap((first) => seconds.map((second) => `${first} ${second}`));
}
