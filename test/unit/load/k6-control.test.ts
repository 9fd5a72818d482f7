import { expect, it } from 'vitest';
import type { AgentClient } from '../../../orchestrator/agent/agent-client.ts';
import { K6Control } from '../../../orchestrator/load/k6-control.ts';

interface Call {
  readonly method: string;
  readonly place: string;
  readonly body: string | undefined;
}

type Answer = readonly [status: number, body: string];

const generators = [
  { node: 'users-k6-1', host: '10.1.0.2' },
  { node: 'users-k6-2', host: '10.1.0.3' },
];
const goOn = new AbortController().signal;
const neverExits = new Promise<number>(() => {});

/** What k6 answers, by method, generator and path. */
function k6(answer: (call: Call) => Answer): { readonly control: K6Control; readonly calls: Call[] } {
  const calls: Call[] = [];
  const http: AgentClient['http'] = async (method, hostAndPort, path, options) => {
    const call = { method, place: `${hostAndPort}${path}`, body: options?.body };
    calls.push(call);
    const [status, text] = answer(call);
    return { status, body: Buffer.from(text) };
  };
  return { control: new K6Control({ http }), calls };
}

const error = (detail: string) => JSON.stringify({ errors: [{ status: '500', title: 'Error', detail }] });

it('what setup() returns in the first generator is passed to the others', async () => {
  const { control, calls } = k6(({ method }) =>
    method === 'POST' ? [200, '{"data":{"attributes":{"data":{"token":"t"}}}}'] : [200, '{}'],
  );
  expect(await control.setUp(generators, 1000, goOn)).toBeUndefined();
  expect(calls).toEqual([
    { method: 'POST', place: '10.1.0.2:6565/v1/setup', body: undefined },
    { method: 'PUT', place: '10.1.0.3:6565/v1/setup', body: '{"token":"t"}' },
  ]);
});

it('a setup() that throws is told in k6’s words', async () => {
  const { control } = k6(() => [500, error('no login at setup')]);
  expect(await control.setUp(generators, 1000, goOn)).toBe('no login at setup');
});

it('a generator that does not take the data of setup() is an error that names it', async () => {
  const { control } = k6(({ method }) =>
    method === 'POST' ? [200, '{"data":{"attributes":{}}}'] : [400, 'no'],
  );
  await expect(control.setUp(generators, 1000, goOn)).rejects.toMatchObject({
    code: 'generator-refused',
    message: 'pass the data of setup() to generator users-k6-2: k6 answered 400, no',
  });
});

it('a generator that does not start is an error that names it, and the others are started all the same', async () => {
  const { control, calls } = k6(({ place }) =>
    place.startsWith('10.1.0.2') ? [500, error('already stopped')] : [200, '{}'],
  );
  await expect(control.start(generators)).rejects.toThrow(
    'start generator users-k6-1: k6 answered 500, already stopped',
  );
  expect(calls.map(({ place }) => place)).toEqual(['10.1.0.2:6565/v1/status', '10.1.0.3:6565/v1/status']);
});

it('waiting for a generator ends as soon as the run is interrupted', async () => {
  const interrupt = new AbortController();
  const { control } = k6(() => {
    interrupt.abort(new Error('interrupted'));
    return [200, '{"data":{"attributes":{"status":1}}}'];
  });
  await expect(control.ready(generators[0]!, 60_000, neverExits, interrupt.signal)).rejects.toThrow(
    'interrupted',
  );
});

it('a generator that ends before the load begins is not ready, with its exit code', async () => {
  const { control } = k6(() => [503, 'starting']);
  expect(await control.ready(generators[0]!, 60_000, Promise.resolve(107), goOn)).toEqual({
    exitCode: 107,
    why: 'k6 ended with exit code 107 before the load began',
  });
});
