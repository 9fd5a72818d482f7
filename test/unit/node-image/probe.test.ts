// What the agent says came of asking a node.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProbe, runProbe } from '../../../node-image/agent/probe.ts';

const { signal } = new AbortController();
let server: Server;
let port: number;
let asked = 0;

beforeAll(async () => {
  server = createServer(({ url }, answer) => {
    asked += 1;
    if (url === '/hangs') return;
    answer.statusCode = url === '/ready' ? 200 : 503;
    answer.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (target: object) =>
  runProbe(parseProbe({ ...target, timeoutMs: 300, attemptMs: 200, intervalMs: 60_000 }), signal);
const http = (path: string) => ask({ kind: 'http', url: `http://127.0.0.1:${port}${path}` });

describe('a node that is asked once', () => {
  it.each<[string, () => ReturnType<typeof ask>, object]>([
    ['and is ready', () => http('/ready'), { tookMs: expect.any(Number) }],
    ['and is not', () => http('/other'), { seen: 'answered' }],
    ['and hangs', () => http('/hangs'), { seen: 'silent' }],
    [
      'where its port is open',
      () => ask({ kind: 'tcp', host: '127.0.0.1', port }),
      { tookMs: expect.any(Number) },
    ],
    ['where nobody listens', () => ask({ kind: 'tcp', host: '127.0.0.1', port: 1 }), { seen: 'refused' }],
  ])('%s', async (_, work, expected) => {
    expect(await work()).toMatchObject(expected);
  });

  it('is not asked again', async () => {
    asked = 0;
    await http('/other');
    expect(asked).toBe(1);
  });
});
