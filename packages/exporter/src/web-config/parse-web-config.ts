import { parseHttpSettings } from './parse-http-settings.js';
import { parseTlsSettings } from './parse-tls-settings.js';
import { parseUsers } from './parse-users.js';
import type { WebConfig, WebConfigProblem } from './web-config.js';
import { parseFields } from './yaml-fields.js';

/** A web configuration, or everything that is wrong with it. */
export type ParsedWebConfig =
  | { readonly kind: 'valid'; readonly config: WebConfig }
  | { readonly kind: 'invalid'; readonly problems: readonly WebConfigProblem[] };

/**
 * Parses a web configuration file of Prometheus's exporter-toolkit
 * (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md). Unknown keys are problems,
 * and so is what that format has and this exporter has not.
 *
 * @param dir - The folder of the file, from which relative paths start.
 */
export function parseWebConfig(text: string, dir: string): ParsedWebConfig {
  const problems: WebConfigProblem[] = [];
  const top = parseFields(text, problems);
  const tls = parseTlsSettings(top.child('tls_server_config'), top.has('tls_server_config'), dir);
  const { headers, rateLimit } = parseHttpSettings(top);
  const users = parseUsers(top);
  top.refuseOthers();
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : { kind: 'valid', config: { tls, headers, users, rateLimit } };
}
