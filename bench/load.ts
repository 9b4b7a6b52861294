/** What is measured: requests per second over many connections, and events delivered to many watchers. */
import { type Answer, Connection, type Request, type Target } from './connection.ts';

export const CONNECTIONS = 16;
export const WATCHERS = 200;
export const EVENTS = 300;
const EVENTS_TIMEOUT_MS = 60_000;
const WARM_UP_ROUND_MS = 500;
const MAX_WARM_UP_ROUNDS = 40;
const ROUNDS_WITHOUT_GROWTH = 8;
const GROWTH = 1.02;

/** Makes the n-th request of a connection; both counters start at 0. */
export type RequestMaker = (connection: number, n: number) => Request;

export class Load {
  readonly #connections: readonly Connection[];
  readonly #make: RequestMaker;
  readonly #sent: number[];

  private constructor(connections: readonly Connection[], make: RequestMaker) {
    this.#connections = connections;
    this.#make = make;
    this.#sent = connections.map(() => 0);
  }

  static async open(target: Target, make: RequestMaker, count = CONNECTIONS): Promise<Load> {
    return new Load(await Promise.all(Array.from({ length: count }, () => Connection.open(target))), make);
  }

  /** Requests answered per second. @throws Error for any answer that is not 2xx */
  async rate(milliseconds: number): Promise<number> {
    const start = performance.now();
    const until = start + milliseconds;
    const counts = await Promise.all(this.#connections.map((_, index) => this.#repeat(index, until)));
    return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - start) / 1000);
  }

  /**
   * Sends requests until the server is warm: until its rate has not grown for a while. A JIT compiler works on the code
   * of a write for its first ten thousand calls.
   */
  async warmUp(): Promise<void> {
    let best = 0;
    let idle = 0;
    for (let rounds = 0; rounds < MAX_WARM_UP_ROUNDS && idle < ROUNDS_WITHOUT_GROWTH; rounds++) {
      const rate = await this.rate(WARM_UP_ROUND_MS);
      idle = rate > best * GROWTH ? 0 : idle + 1;
      best = Math.max(best, rate);
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  async #repeat(index: number, until: number): Promise<number> {
    const connection = this.#connections[index] as Connection;
    let count = 0;
    for (; performance.now() < until; count++) {
      const n = this.#sent[index] as number;
      this.#sent[index] = n + 1;
      succeeded(await connection.send(this.#make(index, n)));
    }
    return count;
  }
}

/** @throws Error with the beginning of the answer */
export function succeeded(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`status ${answer.status}: ${answer.body.toString('utf8', 0, 500)}`);
}

export interface Delivery {
  /** Over all watchers, from the first write to the last delivery. */
  readonly eventsPerSecond: number;
  /** From sending the write to receiving its event, in ms. */
  readonly p50: number;
  readonly p99: number;
}

/** `write` changes the connection's own object so that its event carries `"seq":"NNNNNN"`. */
export async function deliver(
  target: Target,
  watch: Request,
  write: (connection: number, seq: string) => Request,
): Promise<Delivery> {
  const writers = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(target)));
  const watchers = await Promise.all(Array.from({ length: WATCHERS }, () => Connection.open(target)));
  const sentAt = new Float64Array(EVENTS);
  const delays: number[] = [];
  let allReady: () => void = () => {};
  const ready = new Promise<void>((done) => (allReady = done));
  let allDelivered: () => void = () => {};
  const delivered = new Promise<void>((done) => (allDelivered = done));
  let heads = 0;
  for (const connection of watchers) {
    const scan = seqScanner((seq) => {
      delays.push(performance.now() - (sentAt[seq] as number));
      if (delays.length === EVENTS * WATCHERS) allDelivered();
    });
    let first = true;
    connection.stream(watch, (chunk) => {
      if (first && ++heads === WATCHERS) allReady();
      first = false;
      scan(chunk);
    });
  }
  await ready;
  const start = performance.now();
  let next = 0;
  const writeAll = async (connection: Connection, index: number): Promise<void> => {
    while (next < EVENTS) {
      const seq = next++;
      sentAt[seq] = performance.now();
      succeeded(await connection.send(write(index, String(seq).padStart(SEQ_DIGITS, '0'))));
    }
  };
  const timeout = setTimeout(() => allDelivered(), EVENTS_TIMEOUT_MS);
  await Promise.all([...writers.map(writeAll), delivered]);
  clearTimeout(timeout);
  const seconds = (performance.now() - start) / 1000;
  for (const connection of [...writers, ...watchers]) connection.close();
  if (delays.length < EVENTS * WATCHERS) throw new Error(`${delays.length} of ${EVENTS * WATCHERS} events came`);
  const sorted = Float64Array.from(delays).sort();
  const quantile = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))] as number;
  return { eventsPerSecond: delays.length / seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

const SEQ_DIGITS = 6;
const SEQ_KEY = Buffer.from('"seq":"');

/** Calls back for each sequence number in a stream of chunks, also when one is cut in two. */
function seqScanner(onSeq: (seq: number) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  const whole = SEQ_KEY.length + SEQ_DIGITS;
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let found = bytes.indexOf(SEQ_KEY); found >= 0 && found + whole <= bytes.length; ) {
      at = found + whole;
      onSeq(Number(bytes.toString('latin1', found + SEQ_KEY.length, at)));
      found = bytes.indexOf(SEQ_KEY, at);
    }
    rest = bytes.subarray(Math.max(at, bytes.length - whole + 1));
  };
}
