// The whole server on loopback, in this process, with its own memory.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../../../node-image/server/server.ts';

let server: RunningServer;
let base: string;

beforeAll(async () => {
  server = await startServer({ PORT: '0', NODE_NAME: 's1', FILES: '{"a.bin": 100000}', DRAIN_MS: '0' });
  base = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => server[Symbol.asyncDispose]());

describe('the user interface of a server', () => {
  test('a record is stored, read back with its type, and deleted', async () => {
    const url = `${base}/records/a%20b`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'PUT', body: '{"x":1}', headers })).status).toBe(204);
    const read = await fetch(url);
    expect(read.headers.get('content-type')).toBe('application/json');
    expect(await read.text()).toBe('{"x":1}');
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(url)).status).toBe(404);
  });

  test('a body that is too long is refused', async () => {
    const body = 'x'.repeat(64 * 1024 + 1);
    expect((await fetch(`${base}/records/a`, { method: 'PUT', body })).status).toBe(413);
    expect((await fetch(`${base}/events`, { method: 'POST', body })).status).toBe(413);
  });

  test('a file comes whole with its digest, and in parts', async () => {
    const whole = await fetch(`${base}/files/a.bin`);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const digest = createHash('sha256').update(bytes).digest('base64');
    expect(whole.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
    const part = await fetch(`${base}/files/a.bin`, { headers: { range: 'bytes=70000-70009' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 70000-70009/100000');
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(70_000, 70_010));
    const head = await fetch(`${base}/files/a.bin`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('100000');
    const etag = whole.headers.get('etag') ?? '';
    expect((await fetch(`${base}/files/a.bin`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await fetch(`${base}/files/a.bin`, { headers: { range: 'bytes=100000-' } })).status).toBe(416);
  });

  test('a waiting receiver and a stream get what is published', async () => {
    const stream = await fetch(`${base}/events/stream`);
    const waiting = fetch(`${base}/events?after=0&waitMs=5000`);
    const published = await fetch(`${base}/events`, { method: 'POST', body: 'grüß' });
    expect(published.status).toBe(201);
    const { id } = (await published.json()) as { id: number };
    expect(await (await waiting).json()).toMatchObject({
      events: [{ id, message: 'grüß', publishedBy: 's1' }],
      lastId: id,
    });
    let text = '';
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes(`id: ${id}\n`)) break;
    }
    expect(text).toContain('"message":"grüß"');
  });

  test.each([
    ['GET', '/nothing', 404],
    ['PATCH', '/records/a', 405],
    ['GET', '/events?after=x', 400],
    ['GET', '/events?limit=0', 400],
    ['GET', '/files/%ZZ', 400],
    ['GET', '/files/none', 404],
  ])('%s %s is answered with %i', async (method, path, status) => {
    expect((await fetch(base + path, { method })).status).toBe(status);
  });

  test('what it does is in its metrics', async () => {
    await fetch(`${base}/work`);
    const text = await (await fetch(`${base}/metrics`)).text();
    expect(text).toContain(
      'topolab_http_request_duration_seconds_count{route="/work",method="GET",status="200"} 1',
    );
    expect(text).toContain('topolab_node_info{node_name="s1",role="server"');
    expect(text).toContain('process_cpu_seconds_total');
  });
});

describe('the version of a server', () => {
  const metric = async (at: string, name: string) => {
    const text = await (await fetch(`${at}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(`${name}{`));
  };

  test('2 stands in each answer to a user, and in what is counted as served; refusals are not', async () => {
    await using second = await startServer({ PORT: '0', TOPOLAB_VERSION: '2', DRAIN_MS: '0' });
    const at = `http://127.0.0.1:${second.port}`;
    expect(await metric(at, 'topolab_first_operation_timestamp_seconds')).toEqual([
      'topolab_first_operation_timestamp_seconds{version="2"} 0',
    ]);
    const before = Date.now();
    expect((await fetch(`${at}/work`)).headers.get('topolab-version')).toBe('2');
    expect((await fetch(`${at}/records/none`)).headers.get('topolab-version')).toBe('2');
    await expect
      .poll(() => metric(at, 'topolab_operations_served_total'))
      .toEqual(['topolab_operations_served_total{version="2"} 1']);
    const [first = ''] = await metric(at, 'topolab_first_operation_timestamp_seconds');
    expect(Number(first.split(' ')[1]) * 1000).toBeGreaterThanOrEqual(before);
    expect(await (await fetch(at)).json()).toMatchObject({ version: 2 });
  });

  test('1 does not know of versions', async () => {
    expect((await fetch(`${base}/work`)).headers.get('topolab-version')).toBeNull();
  });
});
