// Users' requests for files of a node that fetches them from elsewhere; a stub takes the place of the network.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpProblem } from '../../../node-image/http/http-problem.ts';
import { CostQueue } from '../../../node-image/user/cost-queue.ts';
import { NodeMetrics } from '../../../node-image/user/node-metrics.ts';
import { eventsNotOffered, recordsNotOffered } from '../../../node-image/user/not-offered.ts';
import { userRouter } from '../../../node-image/user/user-router.ts';
import type { FileService, UserFile } from '../../../node-image/user/user-service.ts';

const identity = { node: 'p1', role: 'peer', version: 2 };
const content = Buffer.from('0123456789');
const sha256 = Buffer.alloc(32, 7);
let fetched: string[] = [];
let server: Server;
let base: string;

const song: UserFile = {
  name: 'song.bin',
  bytes: content.length,
  sha256,
  etag: '"song"',
  read: ({ start, end }) => [content.subarray(start, end)],
};

const files: FileService = {
  list: async () => [song],
  find: async (name) => (name === 'none' ? undefined : { ...song, name }),
  fetch: async (name) => {
    if (name === 'full') throw new HttpProblem(507, 'the disk of this node has 0 bytes left');
    fetched.push(name);
    const bytes = { sizeBytes: 10, bytesFromPeers: 7, bytesFromServer: 3 };
    return { name, ...bytes, sha256: 'ab', checked: true, tookMs: 5 };
  },
  torrent: async (name) => (name === 'song.bin' ? Buffer.from('d4:infoe') : undefined),
};

beforeAll(async () => {
  server = createServer(
    userRouter({
      service: {
        events: eventsNotOffered,
        records: recordsNotOffered,
        files,
        unreadyBecause: () => undefined,
      },
      metrics: new NodeMetrics(identity),
      identity,
      cost: new CostQueue(0),
      draining: new AbortController().signal,
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a node that gets files from elsewhere', () => {
  test('fetches one without sending it, and says from whom it came', async () => {
    fetched = [];
    const answer = await fetch(`${base}/files/song.bin/fetch`, { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ name: 'song.bin', bytesFromPeers: 7, bytesFromServer: 3 });
    expect(fetched).toEqual(['song.bin']);
  });

  test('fetches a file before it sends it, but not for a mere look at it', async () => {
    fetched = [];
    const head = await fetch(`${base}/files/song.bin`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('10');
    expect(fetched).toEqual([]);
    expect(await (await fetch(`${base}/files/song.bin`)).text()).toBe('0123456789');
    expect(fetched).toEqual(['song.bin']);
  });

  test('gives the torrent to clients of any make', async () => {
    const answer = await fetch(`${base}/files/song.bin.torrent`);
    expect(answer.headers.get('content-type')).toBe('application/x-bittorrent');
    expect(await answer.text()).toBe('d4:infoe');
  });

  test.each([
    ['POST', '/files/none/fetch', 404],
    ['GET', '/files/song.bin/fetch', 405],
    ['POST', '/files/full/fetch', 507],
    ['GET', '/files/full', 507],
    ['GET', '/files/other.bin.torrent', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await fetch(base + path, { method })).status).toBe(status);
  });
});
