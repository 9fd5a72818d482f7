// The way from the manager's tunnel into that of another host, which may be about to listen.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { connectOnceListening } from '../../../node-image/tunnel/relay.ts';

let port: number;

beforeEach(async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
  await once(server.close(), 'close');
});

it('waits until somebody listens there', async () => {
  const connecting = connectOnceListening('127.0.0.1', port);
  await sleep(250);
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const socket = await connecting;
  expect(socket.remotePort).toBe(port);
  socket.destroy();
  server.close();
});

it('does not wait for ever', async () => {
  await expect(connectOnceListening('127.0.0.1', port, 150)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
