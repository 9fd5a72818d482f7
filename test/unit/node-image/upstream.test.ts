// A client's way to its servers, between a user and a stand-in for the server, all on loopback.
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Upstream } from '../../../node-image/client/upstream.ts';
import { sendProblem } from '../../../node-image/http/http-problem.ts';
import { deadAddress, standInServer } from './stand-in-server.ts';

/** The address of a client that passes everything on. */
async function clientOf(server: string): Promise<string> {
  const upstream = new Upstream(server);
  onTestFinished(() => upstream.close());
  return standInServer((asked, answer) => {
    upstream.forward(asked, answer).catch((thrown: unknown) => sendProblem(answer, thrown));
  });
}

describe('a request that is passed on', () => {
  test('arrives as it is, and so does its answer', async () => {
    const base = await clientOf(
      await standInServer((asked, answer) => {
        const seen = { method: asked.method, url: asked.url, type: asked.headers['content-type'] };
        answer.writeHead(201, { 'x-seen': JSON.stringify(seen), etag: '"e"' });
        asked.pipe(answer);
      }),
    );
    const body = Buffer.alloc(300_000, 'body');
    const headers = { 'content-type': 'text/x-test' };
    const answer = await fetch(`${base}/records/a%20b?x=1&y=%2F`, { method: 'PUT', body, headers });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe('"e"');
    expect(JSON.parse(answer.headers.get('x-seen') ?? '')).toEqual({
      method: 'PUT',
      url: '/records/a%20b?x=1&y=%2F',
      type: 'text/x-test',
    });
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  test('keeps to itself what belongs to one connection only', async () => {
    let seen: NodeJS.Dict<string | string[]> = {};
    const base = await clientOf(
      await standInServer(({ headers }, answer) => {
        seen = headers;
        answer.writeHead(200, { connection: 'close', 'x-kept': '1' }).end();
      }),
    );
    const asked = request(`${base}/work`, { headers: { te: 'trailers', connection: 'te', 'x-own': '1' } });
    const [answer] = (await once(asked.end(), 'response')) as [{ headers: NodeJS.Dict<string> }];
    expect(seen).toMatchObject({ 'x-own': '1', connection: 'keep-alive' });
    expect(seen).not.toHaveProperty('te');
    expect(answer.headers['x-kept']).toBe('1');
    expect(answer.headers['connection']).not.toBe('close');
  });

  test('gets the server’s own refusal, and 503 where none answers', async () => {
    const full = await clientOf(await standInServer((_, answer) => answer.writeHead(507).end('full')));
    const refused = await fetch(`${full}/records/a`);
    expect([refused.status, await refused.text()]).toEqual([507, 'full']);
    const dead = await clientOf(await deadAddress());
    const unanswered = await fetch(`${dead}/records/a`);
    expect(unanswered.status).toBe(503);
    expect(await unanswered.json()).toMatchObject({
      error: expect.stringContaining('servers do not answer'),
    });
  });

  test('is cut where the server breaks off, so that nobody takes it for whole', async () => {
    const base = await clientOf(
      await standInServer((_, answer) => {
        answer.writeHead(200);
        answer.write('half', () => answer.destroy());
      }),
    );
    await expect(fetch(base).then(async (answer) => answer.text())).rejects.toThrow(/terminated|failed/);
  });

  test('ends at the server too when its user leaves', async () => {
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const base = await clientOf(
      await standInServer((_, answer) => {
        answer.once('close', () => left.resolve());
        arrived.resolve();
      }),
    );
    const leaving = new AbortController();
    const asked = fetch(`${base}/events?waitMs=60000`, { signal: leaving.signal });
    await arrived.promise;
    leaving.abort();
    await expect(asked).rejects.toThrow(/abort/);
    await left.promise;
  });
});

test('a client is unready until a server says that it is ready', async () => {
  let answers = 0;
  const base = await standInServer((_, answer) => answer.writeHead(++answers < 2 ? 503 : 200).end());
  const upstream = new Upstream(base);
  onTestFinished(() => upstream.close());
  expect(upstream.unreadyBecause()).toBe('no server has answered yet');
  await upstream.untilReady();
  expect(answers).toBe(2);
  expect(upstream.unreadyBecause()).toBeUndefined();
});
