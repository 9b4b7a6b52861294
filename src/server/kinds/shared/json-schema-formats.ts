/**
 * String formats that a custom resource's schema may name; others are ignored.
 * Imitates kube-openapi pkg/validation/strfmt and the table in apiextensions-apiserver pkg/apiserver/validation.
 */
import { isIpFamily, parseCidrLenient, parseIpLenient } from '../../../api/ip.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import { parseDuration } from '../../../api/time.ts';

type Check = (text: string) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const CLOCK = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/;
const HOSTNAME =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u;
const CREDIT_CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
const COLOR_PART = '(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])';
const RGB_COLOR = new RegExp(`^rgb\\(\\s*${COLOR_PART}\\s*,\\s*${COLOR_PART}\\s*,\\s*${COLOR_PART}\\s*\\)$`);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const MAC =
  /^([0-9a-f]{2}([:-])[0-9a-f]{2}(\2[0-9a-f]{2}){4}((\2[0-9a-f]{2}){2}|(\2[0-9a-f]{2}){14})?|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(\.[0-9a-f]{4}|(\.[0-9a-f]{4}){7})?)$/i;
const SCALA_DURATION = /(\d+)\s*([A-Za-zµ]+)/g;
const DURATION_UNITS = /^(ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|week|wk.*)$/i;

/** By name without dashes, as go-openapi compares them. */
const STRING_FORMATS: Readonly<Record<string, Check>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  byte: matches(BASE64),
  cidr: (text) => parseCidrLenient(text) !== undefined,
  creditcard: isCreditCard,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: isEmail,
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  hostname: isHostname,
  ipv4: (text) => isIpFamily(parseIpLenient(text), 'IPv4') && text.includes('.'),
  ipv6: (text) => parseIpLenient(text) !== undefined && text.includes(':'),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  k8slongname: (text) => isDNS1123Subdomain(text).length === 0,
  k8sshortname: (text) => isDNS1123Label(text).length === 0,
  mac: matches(MAC),
  password: () => true,
  quantity: () => true,
  rgbcolor: matches(RGB_COLOR),
  ssn: matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  uri: isRequestUri,
  uuid: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid3: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid4: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
};

const NUMBER_FORMATS: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

/** Checks a text against a format that schemas of strings (or without a type) may name; undefined for unknown ones. */
export function stringFormat(format: string): Check | undefined {
  const name = format.replaceAll('-', '');
  return Object.hasOwn(STRING_FORMATS, name) ? STRING_FORMATS[name] : undefined;
}

/** Whether a format means anything for a type; `type` is '' when the schema has none or several. */
export function isKnownFormat(type: string, format: string): boolean {
  if (type === '' || type === 'string') return stringFormat(format) !== undefined;
  return NUMBER_FORMATS[type]?.includes(format) ?? false;
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (day === undefined) return false;
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isDateTime(text: string): boolean {
  const [date = '', clock = ''] = text.toLowerCase().split('t');
  const [, hours = '', minutes = '', seconds = ''] = CLOCK.exec(clock) ?? [];
  return isDate(date) && seconds !== '' && hours <= '23' && minutes <= '59' && seconds <= '59';
}

/** Go's durations, and Scala's (`2 days`). */
function isDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch {
    return [...text.matchAll(SCALA_DURATION)].some(([, , unit = '']) => DURATION_UNITS.test(unit));
  }
}

function isHostname(text: string): boolean {
  return text.length <= 255 && HOSTNAME.test(text) && text.split('.').every((label) => label.length <= 63);
}

/** net/mail.ParseAddress for what occurs: an address, bare or as `Name <address>`. */
function isEmail(text: string): boolean {
  const [, bracketed] = /^[^<>]*<([^<>]+)>\s*$/.exec(text) ?? [];
  const address = (bracketed ?? text).trim();
  const at = address.lastIndexOf('@');
  return (
    at > 0 &&
    isMailbox(address.slice(0, at)) &&
    /^([^\s@<>()[\],;:\\".]+\.)*[^\s@<>()[\],;:\\".]+$/.test(address.slice(at + 1))
  );
}

function isMailbox(local: string): boolean {
  if (/^"([^"\\]|\\.)+"$/.test(local)) return true;
  return local.split('.').every((atom) => /^[^\s@<>()[\],;:\\"]+$/.test(atom));
}

/** net/url.ParseRequestURI: an absolute URI or an absolute path. */
function isRequestUri(text: string): boolean {
  if (/[\x00-\x20\x7f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text.replace(/\?.*/, ''))) return false;
  if (text.startsWith('/') || text === '*') return true;
  const [, rest] = /^[a-zA-Z][a-zA-Z0-9+.-]*:(.*)$/.exec(text) ?? [];
  if (rest === undefined) return false;
  if (!rest.startsWith('//')) return true;
  return /^\/\/([^/?#]*@)?(\[[^\]/?#]*\]|[^/?#:[\]]*)(:\d*)?([/?#]|$)/.test(rest);
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '');
  return CREDIT_CARD.test(digits) && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (const [i, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + (i + 1) * (digit === 'X' ? 10 : Number(digit)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^[0-9]{13}$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + (i % 2 === 0 ? 1 : 3) * Number(digit), 0);
  return sum % 10 === 0;
}
