/** Reads URLs as Go's net/url does, with its words for what is wrong. */
import { quote } from '../../../api/field-errors.ts';

export interface GoUrl {
  readonly scheme: string;
  readonly host: string;
  /** `name:password`; undefined when there is none. */
  readonly user: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

class UrlError extends Error {
  override readonly name = 'UrlError';
}

/** @returns the message of Go's url.Parse, `parse "…": …`, for what is no URL. */
export function parseGoUrl(text: string): GoUrl | { readonly error: string } {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UrlError) return { error: `parse ${quote(text)}: ${error.message}` };
    throw error;
  }
}

function parse(text: string): GoUrl {
  if (hasControlCharacter(text)) throw new UrlError('net/url: invalid control character in URL');
  const [beforeHash, fragment = ''] = cut(text, '#');
  const [scheme, rest] = splitScheme(beforeHash);
  const [hierarchy, query = ''] = cut(rest, '?');
  if (!hierarchy.startsWith('/') && scheme === '') checkFirstSegment(hierarchy);
  const authority = hierarchy.startsWith('//') && (scheme !== '' || !hierarchy.startsWith('///'));
  if (!authority) return { scheme, host: '', user: undefined, path: checkEscapes(hierarchy), query, fragment };
  const slash = hierarchy.indexOf('/', 2);
  const end = slash < 0 ? hierarchy.length : slash;
  return {
    scheme,
    ...parseAuthority(hierarchy.slice(2, end)),
    path: checkEscapes(hierarchy.slice(end)),
    query,
    fragment,
  };
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((char) => char < ' ' || char === '\u007f');
}

function cut(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function splitScheme(text: string): [scheme: string, rest: string] {
  if (text.startsWith(':')) throw new UrlError('missing protocol scheme');
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
  return match === null ? ['', text] : [(match[1] as string).toLowerCase(), text.slice(match[0].length)];
}

function checkFirstSegment(path: string): void {
  if (path.split('/')[0]?.includes(':')) throw new UrlError('first path segment in URL cannot contain colon');
}

function parseAuthority(authority: string): { host: string; user: string | undefined } {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : authority.slice(0, at);
  if (user !== undefined && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user))
    throw new UrlError('net/url: invalid userinfo');
  return { host: checkHost(authority.slice(at + 1)), user };
}

function checkHost(host: string): string {
  const bracket = host.startsWith('[') ? host.lastIndexOf(']') : -1;
  if (host.startsWith('[') && bracket < 0) throw new UrlError("missing ']' in host");
  const colon = host.startsWith('[') ? bracket + 1 : host.lastIndexOf(':');
  const port = colon < 0 ? '' : host.slice(colon);
  if (!/^(:\d*)?$/.test(port)) throw new UrlError(`invalid port ${quote(port)} after host`);
  const odd = /[ "<>\\^`{|}]/.exec(host.startsWith('[') ? '' : host);
  if (odd !== null && /[ \\^`{|}]/.test(odd[0])) throw new UrlError(`invalid character ${quote(odd[0])} in host name`);
  return checkEscapes(host);
}

function checkEscapes(text: string): string {
  const bad = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text);
  if (bad !== null) throw new UrlError(`invalid URL escape ${quote(bad[0])}`);
  return text;
}
