import type { ValueDetector } from './value-detector.js';

/** The name of a person's directory: neither a placeholder of a route nor a directory that all share. */
const OWNER =
  '(?!(?:me|all|public|shared|default|all users|index|new|search)[/\\\\])[^\\s/\\\\:{}<>*?$()[\\]"\']{1,64}';

/** Every quantifier is bounded. A path begins where something comes before it that no path is made of. */
const FORMS: readonly RegExp[] = [
  new RegExp(
    `(?:(?<![0-9A-Za-z._~/\\\\{}-])|(?<=file://))/(?:home|export/home|var/home|Users)/${OWNER}/[^\\s/:{*]`,
  ),
  new RegExp(
    `(?:[A-Za-z]:|\\\\\\\\[0-9A-Za-z.-]{1,64})[\\\\/]{1,2}(?:Users|Documents and Settings)[\\\\/]{1,2}${OWNER}[\\\\/]`,
    'i',
  ),
  /(?<![0-9A-Za-z._~/\\-])~(?:[A-Za-z][0-9A-Za-z._-]{0,31})?\/[^\s/:{*]/,
  /(?<![0-9A-Za-z._~/\\{}-])\/root\/[^\s/:{*]/,
  /%(?:USERPROFILE|HOMEPATH|APPDATA|LOCALAPPDATA)%|\$(?:HOME\b|\{HOME\})/,
];

/** File paths that go through somebody's home directory, on any system. */
export const homePathDetector: ValueDetector = {
  reason: 'home-path',
  found: (value) => FORMS.some((form) => form.test(value)),
};
