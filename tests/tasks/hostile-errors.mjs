// What a task may throw at those who count it, and at the broker's library.
const explode = () => {
  throw new Error('a getter that throws');
};

const HOSTILE = {
  getters: () => {
    const error = new Error('hidden');
    for (const name of ['message', 'name', 'stack', 'code', 'cause'])
      Object.defineProperty(error, name, { get: explode, enumerable: true });
    return error;
  },
  proxy: () =>
    new Proxy(new Error('hidden'), { get: explode, getPrototypeOf: explode, has: explode, ownKeys: explode }),
  text: () => 'just a text',
  nothing: () => undefined,
  zero: () => 0,
  symbol: () => Symbol('none'),
  prototypeless: () => Object.create(null),
  circular: () => {
    const error = new Error('circular');
    error.cause = error;
    error.self = error;
    return error;
  },
};

export const HOSTILE_KINDS = Object.keys(HOSTILE);

/** Throws what the kind says. */
export function throwHostile(kind) {
  throw HOSTILE[kind]();
}
