/**
 * Giving node ports to services and taking them back: one store key for each port, stored and deleted in the commit of
 * its service. Imitates pkg/registry/core/service/storage/alloc.go and portallocator.
 */
import { FieldErrors, Path } from '../../../api/field-errors.ts';
import { parseJson } from '../../../api/json.ts';
import { internalError, invalid, plainError } from '../../../api/status-error.ts';
import type { Service, ServicePort, ServiceSpec } from '../../../api/types/core-v1.ts';
import type { Allocation } from './allocation-pool.ts';
import { needsHealthCheckPort, needsNodePorts, nodePortsOf, typeOf } from './services-rules.ts';

const PREFIX = '/registry/ranges/servicenodeports/';
/** The first ports of the range are kept for those who ask for one. */
const BAND = { least: 16, most: 128, share: 32 };
/** Dry runs count up from here. */
const DRY_RUN_LAST = 32_768;
const TAKEN = 'provided port is already allocated';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

interface Owner {
  namespace: string;
  name: string;
}

/** Reads `30000-32767`, `30000+2768` or `30000`. @throws Error */
export function parsePortRange(text: string): PortRange {
  const match = /^(\d{1,5})(?:([-+])(\d{1,5}))?$/.exec(text.trim());
  const first = Number(match?.[1] ?? 0);
  const second = Number(match?.[3] ?? first);
  const last = match?.[2] === '+' ? first + second : second;
  if (match === null || first === 0 || last < first || last > 65_535)
    throw new Error(`${JSON.stringify(text)} is not a range of ports such as 30000-32767`);
  return { first, last };
}

/** One service's node ports within one write. */
export class NodePorts {
  readonly #range: PortRange;
  readonly #allocation: Allocation;
  readonly #dryRun: boolean;
  readonly #random: () => number;
  /** Dry runs hold nothing; they remember here what they handed out. */
  readonly #imagined: number[] = [];

  constructor(range: PortRange, allocation: Allocation, dryRun: boolean, random: () => number) {
    this.#range = range;
    this.#allocation = allocation;
    this.#dryRun = dryRun;
    this.#random = random;
  }

  /** @throws StatusError */
  async allocate(service: Service): Promise<void> {
    if (hasNodePorts(service)) await this.#allocatePorts(service);
    if (needsHealthCheckPort(service)) await this.#allocateHealthCheckPort(service);
  }

  /** Ports of one number (TCP and UDP) get one node port. */
  async #allocatePorts(service: Service): Promise<void> {
    const ports = service.spec?.ports ?? [];
    const given = new Map<number, number>();
    for (const [i, port] of ports.entries()) {
      if (!port.nodePort && !needsNodePorts(service)) continue;
      const number = port.port ?? 0;
      const shared = given.get(number);
      if (shared !== undefined) {
        if (!port.nodePort) port.nodePort = shared;
        else if (port.nodePort !== shared) await this.#takeGiven(service, port.nodePort, i);
        continue;
      }
      const wanted = requestedFor(number, ports);
      if (wanted === 0) port.nodePort = await this.#takeAny(service);
      else {
        await this.#takeGiven(service, wanted, i);
        port.nodePort = wanted;
      }
      given.set(number, port.nodePort);
    }
  }

  /** @throws StatusError */
  async update(service: Service, old: Service): Promise<void> {
    if (hasNodePorts(service)) await this.#updatePorts(service, old);
    else if (hasNodePorts(old)) for (const port of nodePortsOf(old)) await this.#free(old, port);
    if (needsHealthCheckPort(old) === needsHealthCheckPort(service)) return;
    if (needsHealthCheckPort(service)) await this.#allocateHealthCheckPort(service);
    else await this.#freeHealthCheckPort(old);
  }

  async #updatePorts(service: Service, old: Service): Promise<void> {
    const before = nodePortsOf(old);
    const taken = new Set<number>();
    const seen = new Set<string>();
    for (const [i, port] of (service.spec?.ports ?? []).entries()) {
      if (!port.nodePort && !needsNodePorts(service)) continue;
      if (!port.nodePort) port.nodePort = await this.#takeAny(service);
      else if (!before.includes(port.nodePort) && !taken.has(port.nodePort)) {
        await this.#takeGiven(service, port.nodePort, i);
        taken.add(port.nodePort);
      }
      const key = `{${port.protocol} ${port.nodePort}}`;
      if (seen.has(key)) throw plainError(`duplicate nodePort: ${key}`);
      seen.add(key);
    }
    const now = nodePortsOf(service);
    for (const port of before) if (!now.includes(port)) await this.#free(old, port);
  }

  async #allocateHealthCheckPort(service: Service): Promise<void> {
    const spec = service.spec as ServiceSpec;
    if (!spec.healthCheckNodePort) {
      spec.healthCheckNodePort = await this.#next(service);
      if (spec.healthCheckNodePort !== undefined) return;
      throw internalError('failed to allocate a HealthCheck NodePort 0: range is full');
    }
    const problem = await this.#take(service, spec.healthCheckNodePort);
    if (problem === undefined) return;
    throw internalError(`failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: ${problem}`);
  }

  async release(service: Service): Promise<void> {
    for (const port of nodePortsOf(service)) await this.#free(service, port);
    await this.#freeHealthCheckPort(service);
  }

  async #freeHealthCheckPort(service: Service): Promise<void> {
    const port = service.spec?.healthCheckNodePort ?? 0;
    if (port !== 0) await this.#free(service, port);
  }

  async #takeGiven(service: Service, port: number, index: number): Promise<void> {
    const problem = await this.#take(service, port);
    if (problem === undefined) return;
    const errors = new FieldErrors();
    errors.invalid(Path.root('spec').child('ports').index(index).child('nodePort'), port, problem);
    throw invalid({ group: '', resource: 'Service' }, service.metadata?.name ?? '', errors.list);
  }

  async #takeAny(service: Service): Promise<number> {
    const port = await this.#next(service);
    if (port === undefined) throw internalError('failed to allocate a nodePort: range is full');
    return port;
  }

  /** What is wrong with the port; undefined when it is the service's now. */
  async #take(service: Service, port: number): Promise<string | undefined> {
    const { first, last } = this.#range;
    if (this.#dryRun) {
      if (this.#imagined.includes(port) || (await this.#allocation.pool.isTaken(keyOf(port)))) return TAKEN;
      this.#imagined.push(port);
      return undefined;
    }
    if (port < first || port > last)
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    return (await this.#allocation.take(keyOf(port), ownerBytes(service))) ? undefined : TAKEN;
  }

  async #next(service: Service): Promise<number | undefined> {
    if (this.#dryRun) {
      const port = (this.#imagined.length === 0 ? DRY_RUN_LAST : Math.max(...this.#imagined)) + 1;
      this.#imagined.push(port);
      return port;
    }
    return this.#allocation.takeFirst(candidates(this.#range, this.#random), keyOf, PREFIX, () => ownerBytes(service));
  }

  async #free(service: Service, port: number): Promise<void> {
    const { namespace, name } = ownerOf(service);
    await this.#allocation.free(keyOf(port), (value) => {
      const owner = parseJson(value) as Owner;
      return owner.namespace === namespace && owner.name === name;
    });
  }
}

function hasNodePorts(service: Service): boolean {
  return typeOf(service) === 'NodePort' || typeOf(service) === 'LoadBalancer';
}

/** The node port that any port of this number names; 0 when none does. */
function requestedFor(number: number, ports: readonly ServicePort[]): number {
  return ports.find(({ port, nodePort }) => port === number && nodePort)?.nodePort ?? 0;
}

function keyOf(port: number): string {
  return PREFIX + port;
}

function ownerOf({ metadata }: Service): Owner {
  return { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' };
}

function ownerBytes(service: Service): Buffer {
  return Buffer.from(JSON.stringify(ownerOf(service)), 'utf8');
}

/** Every port of the range once, beginning anywhere in the upper band; then the lower band. */
function* candidates({ first, last }: PortRange, random: () => number): Iterable<number> {
  const size = last - first + 1;
  const lower = size <= BAND.least ? 0 : Math.min(Math.max(BAND.least, Math.floor(size / BAND.share)), BAND.most);
  yield* around(first + lower, size - lower, random);
  yield* around(first, lower, random);
}

function* around(first: number, size: number, random: () => number): Iterable<number> {
  const start = Math.floor(random() * size);
  for (let i = 0; i < size; i++) yield first + ((start + i) % size);
}
