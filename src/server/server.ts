/** The composition root of the API server: store and options in, a listening server out. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { badRequest } from '../api/status-error.ts';
import type { Demand } from '../store/demand.ts';
import type { Store } from '../store/store.ts';
import { TraceBuffer } from '../tracing/trace.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import type { Authorizer } from './authorization/authorizer.ts';
import { errorFilter } from './filters/errors.ts';
import { type InFlight, inFlightFilter } from './filters/in-flight.ts';
import { filterChain } from './filters/index.ts';
import { startTrace } from './filters/tracing.ts';
import { writeStatus } from './handlers/write-object.ts';
import { Bursts } from './http/bursts.ts';
import { type Listener, listen } from './http/listener.ts';
import { type LocalTransport, localTransport } from './http/local-transport.ts';
import { splitTarget } from './http/target.ts';
import type { IdentityServices } from './kinds/identity-services.ts';
import type { KindTable } from './kinds/kind-table.ts';
import type { ObjectAccess } from './kinds/subresource.ts';
import { objectAccess } from './registry/object-access.ts';
import { Registry } from './registry/registry.ts';
import { RenderedLists } from './registry/rendered-lists.ts';
import type { Admission, RegistryServices } from './registry/write.ts';
import {
  type Filter,
  type Handler,
  type HttpRequest,
  type HttpResponse,
  isGone,
  RequestContext,
} from './request/context.ts';
import type { UserInfo } from './request/user.ts';
import { createRouter } from './router.ts';
import type { Services } from './services.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly kinds: KindTable;
  readonly log: Logger;
  readonly now: () => Date;
  readonly maxRequestsInFlight: number;
  readonly maxMutatingRequestsInFlight: number;
  readonly requestTimeoutMs: number;
  readonly minRequestTimeoutSeconds: number;
  readonly tls: { cert: string; key: string; clientCa: string };
  readonly address: string;
  readonly port: number;
  /** Built from the registry's object access, as plugins read stored objects. */
  admission(objects: ObjectAccess): Admission;
  identity(objects: ObjectAccess): { authenticator: Pick<Authenticator, 'authenticate'>; services: IdentityServices };
  readonly authorizer: Authorizer;
  /** For strategies; see StrategyContext. */
  readonly namespaceLabels?: RegistryServices['namespaceLabels'];
  /** Times and counts requests; outermost. */
  readonly metrics: Filter;
  readonly countWatchEvents: Services['countWatchEvents'];
  /** Everything outside /api/V/ and /apis/G/V/; resolves false when no such path exists. */
  nonResource(services: Services, inFlight: InFlight): (ctx: RequestContext) => Promise<boolean>;
}

export interface ApiServer {
  readonly services: Services;
  /** Requests from inside the process, as `user`. */
  local(user: UserInfo): LocalTransport;
  readonly demand: Demand;
  listen(): Promise<Listener>;
  /** Ends watches, then the listener. */
  close(graceMs: number): Promise<void>;
}

/** How many traces /debug/traces remembers. */
const TRACE_CAPACITY = 500;
const LATE_BODY_MS = 10_000;

export function createApiServer(options: ApiServerOptions): ApiServer {
  const shutdown = new AbortController();
  const { services, authenticator } = createServices(options, shutdown.signal);
  const inFlight = inFlightFilter(options.maxRequestsInFlight, options.maxMutatingRequestsInFlight);
  const router = createRouter(services, options.nonResource(services, inFlight));
  const chain = filterChain({ ...options, authenticator, traces: services.traces, inFlight: inFlight.filter }, router);
  const inside = errorFilter(options.log)(router);
  const bursts = new Bursts();
  let listener: Listener | undefined;
  return {
    services,
    local: (user) => localTransport(inside, user, Date.now),
    demand: {
      requestsUnderWay() {
        const { readOnly, mutating } = inFlight.count();
        return readOnly + mutating + bursts.waiting;
      },
      requestsArriving: () => bursts.waiting,
    },
    async listen() {
      const { address, port, tls, requestTimeoutMs } = options;
      const onRequest = (req: HttpRequest, res: HttpResponse): void =>
        bursts.join(() => receive(chain, bursts, req, res));
      // The handler's answer comes before the listener gives up on a body that does not end.
      const timeouts = { requestMs: requestTimeoutMs + LATE_BODY_MS };
      listener = await listen({ address, port, ...tls, timeouts, onRequest });
      return listener;
    },
    async close(graceMs) {
      shutdown.abort();
      await listener?.close(graceMs);
    },
  };
}

function createServices(
  options: ApiServerOptions,
  shutdown: AbortSignal,
): { services: Services; authenticator: Pick<Authenticator, 'authenticate'> } {
  const { store, kinds, authorizer, now, namespaceLabels } = options;
  // The registry and its admission plugins know each other: plugins read through it.
  const late: { admission?: Admission } = {};
  const admission: Admission = {
    admit: (attributes) => (late.admission as Admission).admit(attributes),
    validate: (attributes) => (late.admission as Admission).validate(attributes),
  };
  const registry = new Registry({ store, admission, now, random: Math.random, uuid: randomUUID, namespaceLabels });
  const objects = objectAccess(kinds, registry);
  late.admission = options.admission(objects);
  const identity = options.identity(objects);
  const services: Services = {
    kinds,
    registry,
    objects,
    identity: identity.services,
    traces: new TraceBuffer(TRACE_CAPACITY),
    lists: new RenderedLists(),
    authorize: async (attributes) => authorizer.authorize(attributes),
    countWatchEvents: options.countWatchEvents,
    shutdown,
    minRequestTimeoutSeconds: options.minRequestTimeoutSeconds,
    now,
  };
  return { services, authenticator: identity.authenticator };
}

/** Who is gone before its turn comes is not served: neither its certificate nor its body can be read any more. */
function receive(chain: Handler, bursts: Bursts, req: HttpRequest, res: HttpResponse): void {
  if (isGone(req)) return;
  res.on('error', ignore);
  const target = splitTarget(req.url ?? '/');
  const path = target?.path ?? '/';
  const query = target?.query ?? new URLSearchParams();
  const ctx = new RequestContext(req, res, path, query, randomUUID(), Date.now(), bursts);
  if (target === undefined) {
    void writeStatus(ctx, badRequest('the path of the request is not valid percent-encoded text'));
    return;
  }
  startTrace(ctx);
  void chain(ctx);
}

/** A client that went away is noticed by who writes to it. */
function ignore(): void {}
