import type { RestClient } from '../../client/rest-client.ts';
import type { DryRun } from '../dry-run.ts';

/** kubectl's names, so that both tools own the same fields. */
export const CLIENT_SIDE_MANAGER = 'kubectl-client-side-apply';
export const SERVER_SIDE_MANAGER = 'kubectl';

/** @param given whether the name was chosen; the default of the flag is that of client-side apply */
export function managerOf(name: string, { given, serverSide }: { given: boolean; serverSide: boolean }): string {
  return serverSide && !given ? SERVER_SIDE_MANAGER : name;
}

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface ApplyOptions {
  readonly client: RestClient;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** Server-side: take fields from other managers. */
  readonly forceConflicts: boolean;
  /** Server-side: '' for the object itself. */
  readonly subresource?: string;
  /** Client-side: delete and create again what cannot be changed. */
  readonly force: boolean;
  /** Of deletions by `force`; negative: the object's own. */
  readonly gracePeriod: number;
  /** A trial: errors come as the server tells them. */
  readonly quiet?: boolean;
  /** People read: conflicts name the object, which kubectl leaves out. */
  readonly people?: boolean;
  readonly warn: (text: string) => void;
}

export interface Applied {
  readonly object: Record<string, unknown>;
  readonly operation: 'created' | 'configured' | 'unchanged' | 'serverside-applied';
}
