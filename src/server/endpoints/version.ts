/** `/version`: which Kubernetes this is. kubectl compares major and minor with its own, helm and operators parse gitVersion. */
import { methodNotAllowed, resourceNotFound } from '../../api/status-error.ts';
import { requireRepresentation } from '../discovery/accept.ts';
import { send } from '../http/response.ts';
import type { RequestContext } from '../request/context.ts';
import type { PathHandlers } from './paths.ts';

export interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly emulationMajor: string;
  readonly emulationMinor: string;
  readonly minCompatibilityMajor: string;
  readonly minCompatibilityMinor: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  /** `linux/amd64`, in Go's names. */
  readonly platform: string;
}

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386' };
const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

/** @param build commit and date of this build, where known */
export function versionInfo(build: { commit?: string; date?: string } = {}): VersionInfo {
  return {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: 'v1.36.3',
    gitCommit: build.commit ?? '',
    gitTreeState: 'clean',
    buildDate: build.date ?? '1970-01-01T00:00:00Z',
    goVersion: `node${process.versions.node}`,
    compiler: 'v8',
    platform: `${SYSTEMS[process.platform] ?? process.platform}/${ARCHITECTURES[process.arch] ?? process.arch}`,
  };
}

export function versionHandlers(info: VersionInfo): PathHandlers {
  const body = JSON.stringify(info, undefined, 2);
  const handler = async (ctx: RequestContext) => {
    if (ctx.info.path !== '/version' && ctx.info.path !== '/version/') throw resourceNotFound();
    if (ctx.method !== 'GET') throw methodNotAllowed();
    requireRepresentation(ctx.header('accept'), ['application/json']);
    return send(ctx, 200, 'application/json', body);
  };
  return new Map([
    ['/version', handler],
    ['/version/', handler],
  ]);
}
