/**
 * Loading this module forbids the process to listen: `node --import @promshard/guardrails/no-listen worker.js`.
 *
 * `PROMSHARD_ALLOW_LISTEN` names exceptions, each with a reason.
 */
import { forbidListening } from './no-listen/forbid-listening.js';
import { ALLOW_VARIABLE, parsePermitted } from './no-listen/permitted-addresses.js';

forbidListening(parsePermitted(process.env[ALLOW_VARIABLE]));

export { ListenForbiddenError } from './no-listen/listen-forbidden-error.js';
