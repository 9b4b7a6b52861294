/**
 * Syntax of names, labels, keys and ports. Every check returns the messages of what is wrong, none when all is well.
 * Rules and words of apimachinery pkg/util/validation and pkg/api/validate/content (Kubernetes v1.36).
 */
import { isIpFamily, parseIpLenient } from './ip.ts';

type Check = (value: string) => string[];

const LABEL_1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_1123 = `${LABEL_1123}(\\.${LABEL_1123})*`;
const LABEL_1123_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_1123_UNDERSCORE = `${LABEL_1123_UNDERSCORE}(\\.${LABEL_1123_UNDERSCORE})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const WILDCARD_1123 = `\\*\\.${SUBDOMAIN_1123}`;
const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${LABEL_KEY})?`;
const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const PERCENT = '[0-9]+%';
const HEADER_NAME = '[-A-Za-z0-9]+';
const ENV_NAME = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

const ALNUM_ENDS = 'and must start and end with an alphanumeric character';
const LABEL_1123_WORDS = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${ALNUM_ENDS}`;
const SUBDOMAIN_WORDS = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ALNUM_ENDS}`;
const SUBDOMAIN_UNDERSCORE_WORDS = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', ${ALNUM_ENDS}`;
const SUBDOMAIN_CASELESS_WORDS = `an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', ${ALNUM_ENDS}`;
const LABEL_1035_WORDS =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const WILDCARD_WORDS =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
const LABEL_KEY_WORDS = `must consist of alphanumeric characters, '-', '_' or '.', ${ALNUM_ENDS}`;
const LABEL_VALUE_WORDS = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ALNUM_ENDS}`;
const C_IDENTIFIER_WORDS =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
const PERCENT_WORDS = "a valid percent string must be a numeric string followed by an ending '%'";
const HEADER_WORDS = "a valid HTTP header must consist of alphanumeric characters or '-'";
const ENV_WORDS =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
const RELAXED_ENV_WORDS =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";
const CONFIG_KEY_WORDS = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";

export const DNS1123_LABEL_MAX_LENGTH = 63;
export const DNS1123_SUBDOMAIN_MAX_LENGTH = 253;
export const LABEL_VALUE_MAX_LENGTH = 63;

const encoder = new TextEncoder();
const ASCII = /^[\x00-\x7f]*$/;

/** Length in UTF-8 bytes, which is what Go's len counts. */
export function byteLength(text: string): number {
  return ASCII.test(text) ? text.length : encoder.encode(text).length;
}

/** The words for a string that is too long; older checks say characters, newer ones bytes. Both count bytes. */
export function maxLengthMessage(length: number, unit: 'characters' | 'bytes' = 'characters'): string {
  return `must be no more than ${length} ${unit}`;
}

/** `WORDS (e.g. 'a',  or 'b', regex used for validation is 'RE')`; upstream's double space included. */
export function regexMessage(words: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${words} (regex used for validation is '${pattern}')`;
  return `${words} (e.g. ${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${pattern}')`;
}

export function rangeMessage(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

export const EMPTY_MESSAGE = 'must be non-empty';

interface PatternRule {
  readonly pattern: string;
  readonly words: string;
  readonly examples: readonly string[];
  readonly max?: number;
  readonly unit?: 'characters' | 'bytes';
  readonly flags?: string;
}

/** The patterns know ASCII only: what matches has as many bytes as characters. */
function patternCheck(rule: PatternRule): Check {
  const regex = new RegExp(`^(?:${rule.pattern})$`, rule.flags);
  const { max = Number.POSITIVE_INFINITY } = rule;
  return (value) => {
    const fits = regex.test(value);
    if (fits && value.length <= max) return [];
    const errors = byteLength(value) > max ? [maxLengthMessage(max, rule.unit)] : [];
    if (!fits) errors.push(regexMessage(rule.words, rule.pattern, ...rule.examples));
    return errors;
  };
}

const SUBDOMAIN_RULE = {
  pattern: SUBDOMAIN_1123,
  words: SUBDOMAIN_WORDS,
  examples: ['example.com'],
  max: DNS1123_SUBDOMAIN_MAX_LENGTH,
};
const LABEL_RULE = {
  pattern: LABEL_1123,
  words: LABEL_1123_WORDS,
  examples: ['my-name', '123-abc'],
  max: DNS1123_LABEL_MAX_LENGTH,
};
const SUBDOMAIN_REGEX = new RegExp(`^${SUBDOMAIN_1123}$`);
const LABEL_REGEX = new RegExp(`^${LABEL_1123}$`);

/** Says "must not contain dots" of what would be a fine subdomain. */
function labelCheck(unit: 'characters' | 'bytes'): Check {
  return (value) => {
    const fits = LABEL_REGEX.test(value);
    if (fits && value.length <= DNS1123_LABEL_MAX_LENGTH) return [];
    const errors =
      byteLength(value) > DNS1123_LABEL_MAX_LENGTH ? [maxLengthMessage(DNS1123_LABEL_MAX_LENGTH, unit)] : [];
    if (fits) return errors;
    const dotted = SUBDOMAIN_REGEX.test(value);
    errors.push(
      dotted ? 'must not contain dots' : regexMessage(LABEL_RULE.words, LABEL_RULE.pattern, ...LABEL_RULE.examples),
    );
    return errors;
  };
}

export const isDNS1123Label: Check = labelCheck('characters');
export const isDNS1123Subdomain: Check = patternCheck(SUBDOMAIN_RULE);
export const isDNS1123SubdomainWithUnderscore: Check = patternCheck({
  ...SUBDOMAIN_RULE,
  pattern: SUBDOMAIN_1123_UNDERSCORE,
  words: SUBDOMAIN_UNDERSCORE_WORDS,
});
export const isDNS1035Label: Check = patternCheck({
  pattern: LABEL_1035,
  words: LABEL_1035_WORDS,
  examples: ['my-name', 'abc-123'],
  max: 63,
});
export const isWildcardDNS1123Subdomain: Check = patternCheck({
  pattern: WILDCARD_1123,
  words: WILDCARD_WORDS,
  examples: ['*.example.com'],
  max: DNS1123_SUBDOMAIN_MAX_LENGTH,
});

/** Declarative validation's `k8s-short-name`: the rule of isDNS1123Label, counting in "bytes". */
export const isShortName: Check = labelCheck('bytes');
/** Declarative validation's `k8s-long-name`: the rule of isDNS1123Subdomain, counting in "bytes". */
export const isLongName: Check = patternCheck({ ...SUBDOMAIN_RULE, unit: 'bytes' });
const CASELESS_REGEX = new RegExp(`^${SUBDOMAIN_1123}$`, 'i');
/** Declarative validation's `k8s-long-name-caseless`. */
export const isLongNameCaseless: Check = (value) => {
  const errors =
    byteLength(value) > DNS1123_SUBDOMAIN_MAX_LENGTH ? [maxLengthMessage(DNS1123_SUBDOMAIN_MAX_LENGTH, 'bytes')] : [];
  if (!CASELESS_REGEX.test(value)) errors.push(regexMessage(SUBDOMAIN_CASELESS_WORDS, SUBDOMAIN_1123, 'Example.com'));
  return errors;
};

const LABEL_KEY_REGEX = new RegExp(`^${LABEL_KEY}$`);
const LABEL_KEY_MESSAGE = regexMessage(LABEL_KEY_WORDS, LABEL_KEY, 'MyName', 'my.name', '123-abc');

/** A label or annotation key: `[PREFIX/]NAME`. Annotation keys are to be lower-cased by the caller. */
export function isQualifiedName(value: string): string[] {
  const slash = value.indexOf('/');
  if (slash !== value.lastIndexOf('/')) {
    return [
      `a valid label key ${LABEL_KEY_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = slash < 0 ? value : value.slice(slash + 1);
  const errors = slash < 0 ? [] : prefixErrors(value.slice(0, slash));
  const fits = LABEL_KEY_REGEX.test(name);
  if (fits && name.length <= 63) return errors;
  if (name.length === 0) errors.push(`name part ${EMPTY_MESSAGE}`);
  else if (byteLength(name) > 63) errors.push(`name part ${maxLengthMessage(63, 'bytes')}`);
  if (!fits) errors.push(`name part ${LABEL_KEY_MESSAGE}`);
  return errors;
}

function prefixErrors(prefix: string): string[] {
  if (prefix === '') return [`prefix part ${EMPTY_MESSAGE}`];
  return isLongName(prefix).map((text) => `prefix part ${text}`);
}

/** A label key that must have a prefix. */
export function isPrefixedLabelKey(value: string): string[] {
  const errors = isQualifiedName(value);
  return errors.length > 0 || value.includes('/') ? errors : ["must include a prefix (e.g. 'example.com/key')"];
}

export const isLabelValue: Check = patternCheck({
  pattern: LABEL_VALUE,
  words: LABEL_VALUE_WORDS,
  examples: ['MyValue', 'my_value', '12345'],
  max: LABEL_VALUE_MAX_LENGTH,
  unit: 'bytes',
});
/** The name that apimachinery's older package gives to isLabelValue. */
export const isValidLabelValue: Check = isLabelValue;

export const isCIdentifier: Check = patternCheck({
  pattern: C_IDENTIFIER,
  words: C_IDENTIFIER_WORDS,
  examples: ['my_name', 'MY_NAME', 'MyName'],
});
export const isValidPercent: Check = patternCheck({ pattern: PERCENT, words: PERCENT_WORDS, examples: ['1%', '93%'] });
export const isHTTPHeaderName: Check = patternCheck({
  pattern: HEADER_NAME,
  words: HEADER_WORDS,
  examples: ['X-Header-Name'],
});

const envNamePattern = patternCheck({
  pattern: ENV_NAME,
  words: ENV_WORDS,
  examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
});

/** The strict rule for environment variable names; Pods use the relaxed one since v1.34. */
export function isEnvVarName(value: string): string[] {
  return withDirectoryErrors(envNamePattern(value), value);
}

const RELAXED_ENV_NAME = /^[\x20-\x3c\x3e-\x7e]*$/;

export function isRelaxedEnvVarName(value: string): string[] {
  if (value === '') return [`environment variable name ${EMPTY_MESSAGE}`];
  return RELAXED_ENV_NAME.test(value) ? [] : [RELAXED_ENV_WORDS];
}

const configKeyPattern = patternCheck({
  pattern: CONFIG_KEY,
  words: CONFIG_KEY_WORDS,
  examples: ['key.name', 'KEY_NAME', 'key-name'],
  max: DNS1123_SUBDOMAIN_MAX_LENGTH,
});

/** A key of a ConfigMap's or Secret's data. */
export function isConfigMapKey(value: string): string[] {
  return withDirectoryErrors(configKeyPattern(value), value);
}

function withDirectoryErrors(errors: string[], value: string): string[] {
  if (value === '.') errors.push("must not be '.'");
  else if (value === '..') errors.push("must not be '..'");
  else if (value.startsWith('..')) errors.push("must not start with '..'");
  return errors;
}

export function isInRange(value: number | bigint, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [rangeMessage(low, high)];
}

export function isValidPortNum(port: number | bigint): string[] {
  return isInRange(port, 1, 65535);
}

/** Of users and groups: the greatest int32. */
const MAX_ID = 0x7fffffff;

export function isValidUserID(id: number | bigint): string[] {
  return isInRange(id, 0, MAX_ID);
}

export function isValidGroupID(id: number | bigint): string[] {
  return isInRange(id, 0, MAX_ID);
}

/** An IANA service name: at most 15 of [a-z0-9-] with a letter. */
export function isValidPortName(port: string): string[] {
  const errors = byteLength(port) > 15 ? [maxLengthMessage(15)] : [];
  if (!/^[-a-z0-9]+$/.test(port)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(port)) errors.push('must contain at least one letter (a-z)');
  if (port.includes('--')) errors.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** A name that can stand in a URL path and a storage key. Only the first of "may not be" is told. */
export function isPathSegmentName(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return isPathSegmentPrefix(name);
}

/** The same for a generateName. */
export function isPathSegmentPrefix(name: string): string[] {
  const errors: string[] = [];
  if (name.includes('/')) errors.push("may not contain '/'");
  if (name.includes('%')) errors.push("may not contain '%'");
  return errors;
}

export const pathSegmentNameErrors: Check = isPathSegmentName;

const HTTP_PATH_REGEX = new RegExp(`^${HTTP_PATH}$`);

/** What stands after the slash of a domain-prefixed path. */
export function isHTTPPath(path: string): string[] {
  return HTTP_PATH_REGEX.test(path) ? [] : [regexMessage('Invalid path', HTTP_PATH)];
}

/** `acme.io/foo`: a subdomain, a slash and an HTTP path. A required value is the caller's to report. */
export function isDomainPrefixedPath(value: string): { value: string; message: string }[] {
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) {
    return [{ value, message: 'must be a domain-prefixed path (such as "acme.io/foo")' }];
  }
  const host = value.slice(0, slash);
  const path = value.slice(slash + 1);
  return [
    ...isDNS1123Subdomain(host).map((message) => ({ value: host, message })),
    ...isHTTPPath(path).map((message) => ({ value: path, message })),
  ];
}

/** At least three segments; messages of the subdomain rule are joined by commas. */
export function isFullyQualifiedName(name: string): string[] {
  const errors = isDNS1123Subdomain(name);
  if (errors.length > 0) return [errors.join(',')];
  return name.split('.').length < 3 ? ['should be a domain with at least three segments separated by dots'] : [];
}

/** At least two segments, a trailing dot is fine; `value` is what is wrong: the name or one of its labels. */
export function isFullyQualifiedDomainName(name: string): { value: string; message: string }[] {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  const errors = isDNS1123Subdomain(bare);
  if (errors.length > 0) return [{ value: bare, message: errors.join(',') }];
  const labels = bare.split('.');
  if (labels.length < 2)
    return [{ value: bare, message: 'should be a domain with at least two segments separated by dots' }];
  for (const label of labels) {
    const found = isDNS1123Label(label);
    if (found.length > 0) return [{ value: label, message: found.join(',') }];
  }
  return [];
}

/** How validators see a generateName that ends in a dash. */
export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** The messages of a field that must hold an address of one family. */
export function isValidIPv4Address(value: string): string[] {
  return isIpFamily(parseIpLenient(value), 'IPv4') ? [] : ['must be a valid IPv4 address'];
}

export function isValidIPv6Address(value: string): string[] {
  return isIpFamily(parseIpLenient(value), 'IPv6') ? [] : ['must be a valid IPv6 address'];
}
