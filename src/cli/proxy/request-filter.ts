/** Which requests `proxy` hands on; imitates kubectl pkg/proxy FilterServer. */
import { RE2JS } from 're2js';
import { CliError } from '../errors.ts';

export interface FilterOptions {
  /** Regular expressions, with commas between. */
  readonly acceptHosts: string;
  readonly acceptPaths: string;
  readonly rejectPaths: string;
  readonly rejectMethods: string;
}

export type RequestFilter = (request: { method: string; path: string; host: string }) => boolean;

/** @throws CliError for a pattern that cannot be read */
export function requestFilter(options: FilterOptions): RequestFilter {
  const [hosts, accept, reject, methods] = [
    patterns(options.acceptHosts),
    patterns(options.acceptPaths),
    patterns(options.rejectPaths),
    patterns(options.rejectMethods),
  ];
  const any = (list: readonly RE2JS[], text: string): boolean => list.some((pattern) => pattern.matcher(text).find());
  return ({ method, path, host }) =>
    any(hosts, host) && any(accept, path) && !any(reject, path) && !any(methods, method);
}

function patterns(text: string): RE2JS[] {
  return text.split(',').map((one) => {
    try {
      return RE2JS.compile(one);
    } catch (error) {
      throw new CliError(`error parsing regexp ${JSON.stringify(one)}: ${(error as Error).message}`, { cause: error });
    }
  });
}

/** The host of a Host header, without its port. */
export function hostOf(header: string): string {
  return header.startsWith('[') ? header.replace(/\]:\d+$/, ']') : header.replace(/:\d+$/, '');
}
