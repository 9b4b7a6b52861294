/** How connections came about: name lookup, TCP, TLS; from Node's and undici's own instruments. */
import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { TLSSocket } from 'node:tls';

export interface ConnectionStep {
  readonly station: 'dns' | 'tcp' | 'tls';
  /** performance.now() milliseconds. */
  readonly start: number;
  readonly durationMs: number;
  readonly decision: string;
}

interface ConnectMessage {
  readonly connectParams: { readonly host: string };
  readonly socket?: Socket;
}

interface NetDetail {
  readonly host?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly addresses?: readonly { address: string }[] | readonly string[];
}

const CONNECTED = 'undici:client:connected';

export class ConnectionProbe {
  readonly #steps: ConnectionStep[] = [];
  readonly #observer: PerformanceObserver;
  /** End of the newest TCP handshake: TLS begins there. */
  #tcpEnd = 0;
  readonly #onConnected = (message: unknown): void => this.#connected(message as ConnectMessage);

  constructor() {
    this.#observer = new PerformanceObserver((list) => this.#observe(list.getEntries()));
    this.#observer.observe({ entryTypes: ['dns', 'net'] });
    diagnostics.subscribe(CONNECTED, this.#onConnected);
  }

  /** Everything seen so far, in order of time; ends the observation. */
  finish(): ConnectionStep[] {
    this.#observe(this.#observer.takeRecords());
    this.#observer.disconnect();
    diagnostics.unsubscribe(CONNECTED, this.#onConnected);
    return this.#steps.sort((a, b) => a.start - b.start);
  }

  #observe(entries: readonly PerformanceEntry[]): void {
    for (const { entryType, name, startTime, duration, ...entry } of entries.map(plainEntry)) {
      const { host = '', port, hostname = '' } = entry.detail;
      if (entryType === 'dns' && name === 'lookup') {
        this.#steps.push({ station: 'dns', start: startTime, durationMs: duration, decision: `looked up ${hostname}` });
      } else if (entryType === 'net') {
        this.#tcpEnd = startTime + duration;
        this.#steps.push({
          station: 'tcp',
          start: startTime,
          durationMs: duration,
          decision: `connected to ${host}:${port}`,
        });
      }
    }
  }

  #connected({ socket }: ConnectMessage): void {
    this.#observe(this.#observer.takeRecords());
    const tls = socket as Partial<TLSSocket> | undefined;
    if (tls?.encrypted !== true || this.#tcpEnd === 0) return;
    const now = performance.now();
    this.#steps.push({ station: 'tls', start: this.#tcpEnd, durationMs: now - this.#tcpEnd, decision: tlsText(tls) });
  }
}

function plainEntry(entry: PerformanceEntry) {
  const { entryType, name, startTime, duration } = entry;
  const { detail } = entry as PerformanceEntry & { readonly detail?: NetDetail };
  return { entryType, name, startTime, duration, detail: detail ?? {} };
}

function tlsText(socket: Partial<TLSSocket>): string {
  const protocol = socket.getProtocol?.() ?? 'TLS';
  const peer = socket.getPeerCertificate?.();
  if (socket.isSessionReused?.()) return `${protocol}, session resumed: the server proved itself before`;
  if (peer === undefined || peer.subject === undefined) return protocol;
  const issuer = peer.issuer?.CN === undefined ? '' : `, issued by ${[peer.issuer.CN].flat().join(' ')}`;
  const until = Number.isNaN(Date.parse(peer.valid_to))
    ? ''
    : `, valid until ${new Date(peer.valid_to).toISOString().slice(0, 10)}`;
  const trust = socket.authorized === true ? 'trusted' : 'NOT verified';
  return `${protocol}; the server is ${[peer.subject.CN ?? 'nameless'].flat().join(' ')}${issuer}${until}: ${trust}`;
}
