/** What a server asks of a store, so that the store knows when it is worth waiting. */
export interface Demand {
  /** Requests that are being worked on now; those that wait for a commit are among them. */
  requestsUnderWay(): number;
  /** Those of them that arrived in this turn of the event loop and are about to begin. */
  requestsArriving(): number;
}

/** There may always be somebody, of whom nothing is to be expected. */
export const unknownDemand: Demand = {
  requestsUnderWay: () => Number.POSITIVE_INFINITY,
  requestsArriving: () => 0,
};

/** Nobody is served yet. */
export const noDemand: Demand = { requestsUnderWay: () => 0, requestsArriving: () => 0 };
