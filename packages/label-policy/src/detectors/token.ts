import type { ValueDetector } from './value-detector.js';

/** How the secrets of well-known services begin, and the least that follows. Every quantifier is fixed. */
const MARKED: readonly RegExp[] = [
  /gh[oprsu]_[0-9A-Za-z]{30}/, // GitHub
  /github_pat_[0-9A-Za-z_]{30}/,
  /gl(?:pat|rt|dt)-[0-9A-Za-z_-]{18}/, // GitLab
  /(?:sk|pk|rk|whsec)_(?:live|test)_[0-9A-Za-z]{10}/, // Stripe
  /whsec_[0-9A-Za-z]{16}/,
  /(?<![0-9A-Za-z])sk-(?:proj-|ant-[a-z0-9]{5}-)?[0-9A-Za-z_]{20}/, // OpenAI, Anthropic
  /xox[abeoprs]-[0-9A-Za-z]{8}/, // Slack
  /(?<![0-9A-Za-z])(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}(?![0-9A-Za-z])/, // AWS
  /AIza[0-9A-Za-z_-]{30}/, // Google
  /ya29\.[0-9A-Za-z_-]{15}/,
  /npm_[0-9A-Za-z]{30}/,
  /pypi-[0-9A-Za-z_-]{30}/,
  /hf_[A-Za-z]{30}/, // Hugging Face
  /dop_v1_[0-9a-f]{30}/, // DigitalOcean
  /shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{30}/, // Shopify
  /SG\.[0-9A-Za-z_-]{20}/, // SendGrid
  /(?<![0-9A-Za-z])(?:bearer|basic)[ +:=][0-9A-Za-z._~+/=-]{16}/i,
  /-----BEGIN [A-Z ]{0,24}PRIVATE KEY/,
  /:\/\/[^\s/?#@:]{0,64}:[^\s/?#@]{1,64}@/, // a password inside a URL
];

/** A whole run of what a JWT is made of; runs are disjoint. */
const JWT_RUN = /[0-9A-Za-z_.-]+/g;

/** Secrets by their marks: JWTs and the tokens of well-known services, bare or inside a longer value. */
export const tokenDetector: ValueDetector = {
  reason: 'token',
  found: (value) => MARKED.some((mark) => mark.test(value)) || holdsJwt(value),
};

/** A part that begins as the base64 of `{"` does, and another part behind it. */
function holdsJwt(value: string): boolean {
  for (const { 0: run } of value.matchAll(JWT_RUN)) {
    const parts = run.split('.');
    for (let at = 0; at + 1 < parts.length; at++) {
      const [head = '', next = ''] = [parts[at], parts[at + 1]];
      const start = head.indexOf('eyJ');
      if (start !== -1 && head.length - start >= 12 && next.length >= 8) return true;
    }
  }
  return false;
}
