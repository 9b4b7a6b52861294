/** What a description of one kind may use. */
import type { KubeObject } from '../../api/object.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { Description } from './description.ts';

export interface Around {
  readonly client: RestClient;
  readonly showEvents: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Writes everything, events too where the kind shows them. */
export type Describer<T = KubeObject> = (object: T, out: Description, around: Around) => void | Promise<void>;
