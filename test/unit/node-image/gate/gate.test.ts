import { afterEach, beforeEach, expect, it } from 'vitest';
import { Gate } from '../../../../node-image/agent/gate/gate.ts';
import type { AdmittedGenerator } from '../../../../node-image/contract/agent-protocol.ts';
import { latestOf } from '../../../../node-image/agent/gate/moment.ts';
import { delimited, writeVarint } from '../../../../node-image/agent/gate/wire.ts';
import { unpackSnappy, wrapSnappy } from '../../../../node-image/agent/gate/snappy.ts';
import { readRequest, writeRequest } from './write-request.ts';

const secret = 'a-secret-of-24-characters';
const generator: AdmittedGenerator = { secret, labels: { run: 'r1', node: 'users-k6-1' } };
const body = wrapSnappy(
  writeRequest([
    ['__name__', 'k6_vus'],
    ['run', 'other'],
  ]),
);

let gate: Gate;
let port: number;
let written: Buffer[];
let nowMs: number;

beforeEach(async () => {
  written = [];
  nowMs = 0;
  gate = new Gate(
    async (bytes) => {
      written.push(bytes);
      return { status: 204, text: '' };
    },
    () => nowMs,
  );
  await gate.open('r1', '127.0.0.1', 0);
  port = gate.portOf('r1') ?? 0;
  gate.admit('r1', [generator]);
});

afterEach(() => gate.closeAll());

async function post(
  path: string,
  bytes: Buffer = body,
  method = 'POST',
  headers: Record<string, string> = {},
): Promise<number> {
  const init = method === 'POST' ? { method, headers, body: new Uint8Array(bytes) } : { method };
  return (await fetch(`http://127.0.0.1:${port}${path}`, init)).status;
}

it('who knows a secret writes in the name that belongs to it', async () => {
  expect(await post(`/write/${secret}`)).toBe(204);
  expect(readRequest(unpackSnappy(written[0] ?? Buffer.alloc(0), 1000)).map(({ labels }) => labels)).toEqual([
    { __name__: 'k6_vus', ...generator.labels, exported_run: 'other' },
  ]);
});

it.each([
  ['another secret', '/write/another-secret-entirely', 'POST', 403],
  ['none', '/api/v1/write', 'POST', 403],
  ['a question', '/api/v1/query?query=up', 'GET', 403],
  ['another method', `/write/${secret}`, 'GET', 405],
])('%s is refused', async (_, path, method, status) => {
  expect(await post(path, body, method)).toBe(status);
  expect(written).toEqual([]);
});

it.each([
  ['300', 204],
  ['soon', 400],
])('a clock that is said to be %s ms ahead is answered with %i', async (ahead, status) => {
  const atMs = 1_795_953_600_000;
  const name = [...delimited(1, [Buffer.from('__name__')]), ...delimited(2, [Buffer.from('k6_vus')])];
  const sample = delimited(2, [Buffer.from([0x10, ...writeVarint(atMs)])]);
  const pushed = wrapSnappy(Buffer.concat(delimited(1, [...delimited(1, name), ...sample])));
  expect(await post(`/write/${secret}`, pushed, 'POST', { topolab_clock_ahead_ms: ahead })).toBe(status);
  const sent = written.flatMap((bytes) => readRequest(unpackSnappy(bytes, 1000)));
  expect(sent.map(({ rest }) => latestOf(rest))).toEqual(status === 204 ? [atMs - 300] : []);
});

it('a body that is none is refused, and the gate goes on', async () => {
  expect(await post(`/write/${secret}`, Buffer.from('not snappy at all'))).toBe(400);
  expect(await post(`/write/${secret}`)).toBe(204);
});

it('says what it refused, and of which generator', async () => {
  await post(`/write/${secret}`, wrapSnappy(writeRequest([['__name__', 'up']])));
  expect(gate.refusals('r1')).toEqual([{ node: 'users-k6-1', reason: 'not a metric of k6', samples: 1 }]);
});

it('lets in no generator of before, and none at all once the run is over', async () => {
  gate.admit('r1', [{ ...generator, secret: 'the-secret-of-the-next-one' }]);
  expect(await post(`/write/${secret}`)).toBe(403);
  gate.close('r1');
  await expect(post(`/write/${secret}`)).rejects.toThrow('fetch failed');
});

it('says how long a generator stood still, once it goes on', async () => {
  for (const comesAtMs of [500, 1500, 3400, 8000, 9000]) {
    nowMs = comesAtMs;
    expect(await post(`/write/${secret}`)).toBe(204);
  }
  expect(gate.stoodStill('r1')).toEqual([{ labels: generator.labels, ms: 3600 }]);
});
