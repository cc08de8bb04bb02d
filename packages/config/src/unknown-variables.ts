import { type ConfigProblem, describeProblem } from './config-error.js';
import { nearestName } from './nearest-name.js';
import type { Environment } from './setting-source.js';

const PREFIX = 'PROMSHARD_';

/**
 * Kubernetes puts variables for every service of a namespace into every container; those of a service named
 * `promshard-exporter` begin with the prefix.
 */
const SERVICE_LINK =
  /^[A-Z0-9_]{1,253}_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]{1,64})?|PORT_[0-9]{1,5}_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/**
 * Finds variables that begin as promshard's do and are none: a misspelled one would be ignored in silence. Their
 * values are not shown, since nobody knows what they are.
 *
 * @param known - Every variable of every role, for processes share their environment.
 */
export function unknownVariables(env: Environment, known: readonly string[]): ConfigProblem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && env[name] !== undefined && !known.includes(name))
    .filter((name) => !isServiceLink(name, env[name] ?? ''))
    .toSorted()
    .map((name) => {
      const nearest = nearestVariable(name, known);
      return describeProblem({
        variable: name,
        subject: name,
        complaint:
          nearest === undefined ? 'is no variable of promshard' : `is unknown; did you mean ${nearest}?`,
        expected: `one of ${known.filter((one) => one.startsWith(PREFIX)).join(', ')}`,
        example: `${nearest ?? 'PROMSHARD_BACKEND'}=…`,
        received: 'a value that is not shown',
      });
    });
}

/** What follows the prefix is compared, which all names share; then the names that do without it. */
function nearestVariable(name: string, known: readonly string[]): string | undefined {
  const own = known.filter((one) => one.startsWith(PREFIX)).map((one) => one.slice(PREFIX.length));
  const nearest = nearestName(name.slice(PREFIX.length), own);
  if (nearest !== undefined) return PREFIX + nearest;
  return nearestName(
    name,
    known.filter((one) => !one.startsWith(PREFIX)),
  );
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_ADDRESS.test(value));
}
