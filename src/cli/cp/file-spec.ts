/** `[[NAMESPACE/]POD:]PATH` */
import { CliError } from '../errors.ts';

export interface FileSpec {
  /** Absent: a file here. */
  readonly pod?: string;
  readonly namespace?: string;
  readonly path: string;
}

export interface CopyRequest {
  readonly source: FileSpec;
  readonly target: FileSpec;
}

/** @throws CliError unless one of the two is in a pod */
export function copyRequest(args: readonly string[]): CopyRequest {
  const [from, to, ...more] = args;
  if (from === undefined || to === undefined || more.length > 0) {
    throw new CliError('source and destination are required');
  }
  const [source, target] = [fileSpec(from), fileSpec(to)];
  if (source.pod !== undefined && target.pod !== undefined) {
    throw new CliError('one of src or dest must be a local file specification');
  }
  if (source.path === '' || target.path === '') throw new CliError('filepath can not be empty');
  if (source.pod === undefined && target.pod === undefined) {
    throw new CliError('one of src or dest must be a remote file specification');
  }
  return { source, target };
}

function fileSpec(text: string): FileSpec {
  const at = text.indexOf(':');
  if (at < 0) return { path: withoutSlash(text) };
  const parts = text.slice(0, at).split('/');
  if (at === 0 || parts.length > 2) {
    throw new CliError('filespec must match the canonical format: [[namespace/]pod:]file/path');
  }
  const pod = parts.at(-1) as string;
  const path = withoutSlash(text.slice(at + 1)).replaceAll('\\', '/');
  return { pod, path, ...(parts.length === 2 ? { namespace: parts[0] as string } : {}) };
}

function withoutSlash(path: string): string {
  return path === '/' ? path : path.replace(/\/$/, '');
}

/** What the names in an archive of a remote path begin with: no slash before, no way out above. */
export function archivePrefix(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
