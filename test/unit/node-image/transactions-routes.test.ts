import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../../../node-image/server/server.ts';

let server: RunningServer;

beforeEach(async () => {
  server = await startServer({ NODE_NAME: 's1', PORT: '0', DRAIN_MS: '0' });
});

afterEach(async () => {
  await server.stop();
});

async function ask(method: string, path: string, body?: string): Promise<[number, unknown]> {
  const init = body === undefined ? { method } : { method, body };
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return [answer.status, await answer.json()];
}

describe('transactions of a server', () => {
  test('are numbered in order and found again', async () => {
    const [status, first] = (await ask('POST', '/transactions', 'pay 1')) as [number, { id: string }];
    expect(status).toBe(201);
    const [, second] = (await ask('POST', '/transactions', 'pay 2')) as [number, { id: string }];
    const [, found] = await ask('GET', `/transactions/${second.id}`);
    expect(found).toMatchObject({ id: second.id, sequence: 2, payload: 'pay 2' });
    expect(first.id.split('.')[0]).toBe(second.id.split('.')[0]);
  });

  test('change the digest with each, and count', async () => {
    const [, before] = (await ask('GET', '/transactions/digest')) as [number, { digest: string }];
    await ask('POST', '/transactions', 'pay 1');
    const [, after] = (await ask('GET', '/transactions/digest')) as [
      number,
      { digest: string; count: number },
    ];
    expect(after.count).toBe(1);
    expect(after.digest).not.toBe(before.digest);
  });

  test('that were never submitted are not found', async () => {
    expect((await ask('GET', '/transactions/nobody.1'))[0]).toBe(404);
  });

  test('are submitted by POST only', async () => {
    expect((await ask('GET', '/transactions'))[0]).toBe(405);
  });
});

test('a server has no neighbours', async () => {
  expect(await ask('GET', '/neighbours')).toEqual([200, []]);
});
