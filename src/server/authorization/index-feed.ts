/** An in-memory index that wants to hear of every object of one resource: first all that are stored, then each change. */
export interface IndexFeed {
  readonly group: string;
  readonly resource: string;
  /** put() looks and lets go: it may be shown an object that others use too. */
  readonly glances?: boolean;
  /** Whether stored bytes can matter to the index: it spares reading those that cannot. Absent: all do. */
  concerns?(value: Buffer): boolean;
  /** The object as it is now. Synchronous; must not keep more of it than it needs. */
  put(object: object): void;
  /** `namespace` is '' for cluster-scoped resources. */
  delete(namespace: string, name: string): void;
}
