/** An identifier that ends as a class of errors does; a message's other words stay unseen. */
const CLASS = /^(?:[A-Z]\w{0,60})?(?:Error|Exception)(?=[\s:]|$)/;

/** The class of an error by a text that may begin with it, such as a stack trace or Python's `repr`. */
export function errorNameOf(text: unknown): string | undefined {
  return typeof text === 'string' ? CLASS.exec(text)?.[0] : undefined;
}
