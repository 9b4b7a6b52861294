/** Subsets are stored as sent: kube-apiserver repacks and sorts them no more since v1.20 (kubernetes/kubernetes#94112). */
import { afterAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../../../src/server/kinds/core/endpoints.ts';
import { RegistryPlayer } from '../registry-player.ts';

const player = new RegistryPlayer();
afterAll(() => player.close());

const http = { name: 'http', port: 80, protocol: 'TCP' };
const dns = { name: 'dns', port: 53, protocol: 'UDP' };
const [one, two] = [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }];

describe('subsets', () => {
  it.each([
    ['addresses out of order', [{ addresses: [two, one], ports: [http] }]],
    ['the same addresses twice', [{ addresses: [one, one], ports: [http, http] }]],
    [
      'subsets that could be one',
      [
        { addresses: [one], ports: [http] },
        { addresses: [one], ports: [dns] },
      ],
    ],
    ['an address that is ready and is not', [{ addresses: [one], notReadyAddresses: [one], ports: [http] }]],
    ['no ports', [{ addresses: [two, one] }]],
  ])('stay as they are: %s', async (title, subsets) => {
    const name = title.replaceAll(' ', '-');
    const sent = (list: object[]) => ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name }, subsets: list });
    expect((await player.create(endpoints, sent(subsets))).body).toMatchObject({ subsets });
    const reversed = [...subsets].reverse();
    expect((await player.put(endpoints, name, sent(reversed))).body).toMatchObject({ subsets: reversed });
  });
});
