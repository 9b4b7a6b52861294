import { isIP } from 'node:net';

/** Whether a host is an address. Node's own test compiles a pattern that takes 10 ms when a name comes along: names never get there. */
export function isIpAddress(host: string): boolean {
  return (host.includes(':') || /^[\d.]+$/.test(host)) && isIP(host) !== 0;
}
