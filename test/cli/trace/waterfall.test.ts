import { expect, test } from 'vitest';
import type { TraceReport } from '../../../src/cli/trace/trace-report.ts';
import { waterfall } from '../../../src/cli/trace/waterfall.ts';

const REPORT: TraceReport = {
  totalMs: 24,
  spans: [
    { station: 'kubeconfig', startMs: 0, durationMs: 6, decision: 'context kctl' },
    { station: 'tcp', startMs: 6, durationMs: 1, decision: 'connected to 127.0.0.1:6443' },
  ],
  requests: [
    {
      method: 'GET',
      path: '/api/v1/pods',
      startMs: 6,
      headersMs: 10,
      durationMs: 12,
      status: 200,
      bytes: 1234,
      auditId: 'a-1',
      traceId: 't-1',
      server: {
        id: 't-1',
        auditId: 'a-1',
        startedAt: '2026-01-01T00:00:00Z',
        method: 'GET',
        path: '/api/v1/pods',
        user: 'jane',
        status: 200,
        durationMs: 10,
        spans: [
          { station: 'authentication', startMs: 0, durationMs: 2, decision: 'you are\n  jane' },
          { station: 'storage', startMs: 2, durationMs: 8, decision: 'read 3 objects' },
        ],
      },
    },
    { method: 'GET', path: '/nope', startMs: 18, headersMs: 5, durationMs: 6, status: 404, bytes: 20, traceId: 't-2' },
  ],
};

test('one line a station, server stations below their request', () => {
  expect(waterfall(REPORT, { color: false, width: 200 })).toBe(`trace of 2 requests in 24.0 ms
  kubeconfig         ▕██████                  ▏  6.00 ms  context kctl
  tcp                ▕      █                 ▏  1.00 ms  connected to 127.0.0.1:6443
  GET                ▕      ████████████      ▏  12.0 ms  /api/v1/pods → 200, 1.2 kB, audit-id a-1
    authentication   ▕       ██               ▏  2.00 ms  you are jane
    storage          ▕         ████████       ▏  8.00 ms  read 3 objects
  GET                ▕                  ██████▏  6.00 ms  /nope → 404, 20 B
`);
});

test('lines are cut at the edge of the terminal', () => {
  for (const line of waterfall(REPORT, { color: false, width: 80 }).split('\n'))
    expect(line.length).toBeLessThanOrEqual(80);
});

test('colour only where it is wanted', () => {
  expect(waterfall(REPORT, { color: true, width: 80 })).toContain('\u001b[');
  expect(waterfall(REPORT, { color: false, width: 80 })).not.toContain('\u001b[');
});

test('a server that tells nothing', () => {
  const requests = [{ method: 'GET', path: '/api', startMs: 1, headersMs: 2, durationMs: 2, status: 200, bytes: 2 }];
  expect(waterfall({ spans: [], requests, totalMs: 5 }, { color: false, width: 120 })).toContain('it is not kctl');
});

test('no answer', () => {
  const requests = [
    { method: 'GET', path: '/api', startMs: 1, headersMs: 0, durationMs: 2, status: 0, bytes: 0, error: 'refused' },
  ];
  const text = waterfall({ spans: [], requests, totalMs: 5 }, { color: false, width: 120 });
  expect(text).toContain('/api → no answer: refused');
  expect(text).not.toContain('it is not kctl');
});
