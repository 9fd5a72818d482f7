// Both ends of a tunnel, over a loopback connection in place of the command in a manager's container.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningTunnel, startTunnel } from '../../../node-image/tunnel/tunnel.ts';
import { Tunnel } from '../../../orchestrator/cluster/docker-swarm/tunnel.ts';

const key = randomBytes(32);
/** Stands in for the engine of the other host. */
let engine: Server;
let far: RunningTunnel;
/** What leads to the far end, in the order in which it was opened. */
let streams: Socket[];
let near: Tunnel;

const to = (secret: Buffer) =>
  new Tunnel(async () => {
    const stream = connect(far.port, '127.0.0.1');
    streams.push(stream);
    return stream;
  }, secret);

beforeEach(async () => {
  const socket = join(mkdtempSync(join(tmpdir(), 'topolab-tunnel-')), 'engine.sock');
  engine = createServer((asked, answer) => {
    void text(asked).then((body) => answer.end(`${asked.method} ${asked.url} ${body}`));
  });
  // As Docker does where a command's input and output are attached.
  engine.on('upgrade', (_asked, stream: Socket) => {
    stream.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    stream.pipe(stream);
  });
  await once(engine.listen(socket), 'listening');
  far = await startTunnel({ key: key.toString('base64url'), port: 0, socket });
  streams = [];
  near = to(key);
});

afterEach(async () => {
  near[Symbol.dispose]();
  for (const stream of streams) stream.destroy();
  await far[Symbol.asyncDispose]();
  engine.closeAllConnections();
  engine.close();
});

async function ask(tunnel: Tunnel, method: string, path: string, body = ''): Promise<string> {
  const asking = request({ agent: tunnel.agent(), host: 'engine', method, path });
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return await text(answer);
}

it('leads to the engine, many requests at once over one stream', async () => {
  await near.open();
  const body = 'ü'.repeat(100_000);
  const answers = await Promise.all([
    ask(near, 'GET', '/info'),
    ask(near, 'POST', '/containers/create', body),
    ask(near, 'DELETE', '/containers/x'),
  ]);
  expect(answers).toEqual(['GET /info ', `POST /containers/create ${body}`, 'DELETE /containers/x ']);
  expect(streams).toHaveLength(1);
  expect(far.unusedMs()).toBe(0);
});

it('carries the attached input and output of a command, to the end of either', async () => {
  const asking = request({
    agent: near.agent(),
    host: 'engine',
    method: 'POST',
    path: '/exec/x/start',
    headers: { connection: 'Upgrade', upgrade: 'tcp' },
  });
  asking.end();
  const [, stream] = (await once(asking, 'upgrade')) as [IncomingMessage, Socket];
  stream.write('over there');
  stream.end();
  expect(await text(stream)).toBe('over there');
});

it('closes a connection that the engine has ended, as a socket is closed', async () => {
  engine.removeAllListeners('upgrade');
  engine.on('upgrade', (_asked, stream: Socket) => {
    stream.end('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nthe last');
  });
  const headers = { connection: 'Upgrade', upgrade: 'tcp' };
  const asking = request({ agent: near.agent(), host: 'engine', path: '/exec/x/start', headers });
  asking.end();
  const [, stream] = (await once(asking, 'upgrade')) as [IncomingMessage, Socket];
  const closed = once(stream, 'close', { signal: AbortSignal.timeout(10_000) });
  stream.resume();
  await closed;
  expect(stream.destroyed).toBe(true);
});

it('is of no use to whoever has another key', async () => {
  const stranger = to(randomBytes(32));
  await expect(stranger.open()).rejects.toThrow('bad record mac');
  stranger[Symbol.dispose]();
  expect(far.unusedMs()).toBeGreaterThan(0);
});

it('is opened again after the stream has broken', async () => {
  await near.open();
  const [stream] = streams;
  stream?.destroy();
  await once(stream as Socket, 'close');
  expect(await ask(near, 'GET', '/version').catch(() => ask(near, 'GET', '/version'))).toBe('GET /version ');
});
