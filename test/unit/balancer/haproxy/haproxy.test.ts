import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Exchange } from '../../../../orchestrator/balancer/balancer.ts';
import { Haproxy } from '../../../../orchestrator/balancer/haproxy/haproxy.ts';

const HEADER = '# pxname,svname,qcur,qmax,scur,smax';

/** What HAProxy is asked and answers; a command that is not in turn fails the test. */
let script: (readonly [command: string, answer: string])[];
let addresses: Set<string>;

const exchange: Exchange = async (address, text) => {
  addresses.add(address);
  const [command, answer] = script.shift() ?? ['nothing more', ''];
  expect(text).toBe(`${command}\n`);
  return answer;
};
const check = {
  path: '/ready',
  port: 8081,
  intervalMs: 500,
  timeoutMs: 700,
  fall: 4,
  rise: 1,
  onDown: 'keep',
} as const;
const haproxy = new Haproxy(exchange, 'front-1', check);

beforeEach(() => {
  script = [];
  addresses = new Set();
});

const stat = (...rows: readonly string[]) =>
  ['show stat servers 4 -1', [HEADER, ...rows, ''].join('\n')] as const;

describe('a server that joins', () => {
  const add = 'add server servers/servers-2 10.0.0.7:8080 check port 8081 inter 500ms fall 4 rise 1';

  it('is registered, checked and enabled, over the runtime API of the balancer', async () => {
    script = [
      [add, 'New server registered.\n'],
      ['enable health servers/servers-2', ''],
      ['enable server servers/servers-2', '\n'],
    ];
    await haproxy.add('servers-2', '10.0.0.7', 8080);
    expect(script).toEqual([]);
    expect([...addresses]).toEqual(['front-1:9999']);
  });

  it('is registered once where a connection was reset, whether or not HAProxy had heard the command', async () => {
    const resets = [true, false, true, true, false, false];
    const flaky: Exchange = async (address, text) => {
      if (resets.shift() === true) throw new Error(`${address}: read ECONNRESET`);
      return await exchange(address, text);
    };
    script = [
      [
        'add server servers/servers-2 10.0.0.7:8080',
        'Already exists a server with the same name in backend.',
      ],
      [
        'set server servers/servers-2 addr 10.0.0.7 port 8080',
        "no need to change the addr, no need to change the port by 'stats socket command'",
      ],
      ['enable server servers/servers-2', ''],
    ];
    await new Haproxy(flaky, 'front-1', null).add('servers-2', '10.0.0.7', 8080);
    expect(script).toEqual([]);
    const dead: Exchange = () => Promise.reject(new Error('front-1:9999: read ECONNRESET'));
    await expect(new Haproxy(dead, 'front-1', null).add('servers-2', '10.0.0.7', 8080)).rejects.toThrow(
      'ECONNRESET',
    );
  });

  it('is not checked where the scenario says so, and loses its requests when it goes down where it says that', async () => {
    script = [
      ['add server servers/servers-2 10.0.0.7:8080', 'New server registered.'],
      ['enable server servers/servers-2', ''],
    ];
    await new Haproxy(exchange, 'front-1', null).add('servers-2', '10.0.0.7', 8080);
    script = [
      [`${add} on-marked-down shutdown-sessions`, 'New server registered.'],
      ['enable health servers/servers-2', ''],
      ['enable server servers/servers-2', ''],
    ];
    await new Haproxy(exchange, 'front-1', { ...check, onDown: 'cut' }).add('servers-2', '10.0.0.7', 8080);
    expect(script).toEqual([]);
  });

  it('is an error where HAProxy refuses it, in HAProxy’s words', async () => {
    script = [[add, 'Failed to attach server ID.\n']];
    await expect(haproxy.add('servers-2', '10.0.0.7', 8080)).rejects.toMatchObject({
      code: 'balancer-refused',
      message: 'add servers-2 in the balancer: HAProxy answered "Failed to attach server ID."',
    });
  });

  it('is an error where HAProxy does not enable it', async () => {
    script = [
      [add, 'New server registered.'],
      ['enable health servers/servers-2', ''],
      ['enable server servers/servers-2', 'No such server.'],
    ];
    await expect(haproxy.add('servers-2', '10.0.0.7', 8080)).rejects.toThrow('No such server.');
  });
});

describe('a server that leaves', () => {
  const lasting = new AbortController().signal;
  const drain = ['set server servers/servers-1 state drain', ''] as const;
  const maintain = ['set server servers/servers-1 state maint', ''] as const;

  it('is drained when it has no request left, at work or queued, whatever the others have', async () => {
    script = [
      drain,
      stat('servers,servers-1,1,1,2,4', 'servers,servers-2,0,0,9,9'),
      stat('servers,servers-1,1,1,0,4', 'servers,servers-2,0,0,9,9'),
      stat('servers,servers-1,0,1,0,4', 'servers,servers-2,0,0,9,9'),
      maintain,
    ];
    expect(await haproxy.drain('servers-1', 60_000, lasting)).toEqual({ drained: true });
    expect(script).toEqual([]);
  });

  it('is told apart where its time was over first', async () => {
    script = [drain, stat('servers,servers-1,0,0,1,1'), maintain];
    expect(await haproxy.drain('servers-1', -1, lasting)).toEqual({ drained: false });
  });

  it('is no longer waited for when the run is interrupted', async () => {
    script = [drain, stat('servers,servers-1,0,0,1,1')];
    const interrupted = AbortSignal.abort(new Error('interrupted'));
    await expect(haproxy.drain('servers-1', 60_000, interrupted)).rejects.toThrow('interrupted');
    expect(script).toEqual([]);
  });

  it('counts as drained where HAProxy does not know it', async () => {
    script = [drain, stat('servers,servers-2,0,0,1,1'), maintain];
    expect(await haproxy.drain('servers-1', 1000, lasting)).toEqual({ drained: true });
  });

  const shutdown = ['shutdown sessions server servers/servers-1', ''] as const;
  const remove = (answer: string) => ['del server servers/servers-1', answer] as const;

  it('is deleted as soon as HAProxy lets go of its connections', async () => {
    script = [
      maintain,
      shutdown,
      remove('Server still has connections attached to it, cannot remove it.'),
      remove('Server deleted.\n'),
    ];
    await haproxy.remove('servers-1', lasting);
    expect(script).toEqual([]);
  });

  it('is no error where it is gone already', async () => {
    script = [maintain, shutdown, remove('No such server.')];
    expect(await haproxy.remove('servers-1', lasting)).toBe(true);
    expect(script).toEqual([]);
  });

  describe('that HAProxy will not let go of', () => {
    afterEach(() => void vi.useRealTimers());

    it('is told after two seconds', async () => {
      vi.useFakeTimers();
      const refused = remove('Server still has connections attached to it, cannot remove it.');
      script = [maintain, shutdown, ...Array<typeof refused>(20).fill(refused)];
      const removed = haproxy.remove('servers-1', lasting);
      await vi.advanceTimersByTimeAsync(2000);
      expect(await removed).toBe(false);
      expect(script).toEqual([]);
    });
  });
});

describe('a server that has ended', () => {
  const move = (answer: string) => ['set server servers/servers-1 addr 10.0.255.254', answer] as const;

  it.each([
    "IP changed from '10.0.0.7' to '10.0.255.254' by 'stats socket command'",
    "no need to change the addr, by 'stats socket command'",
    'No such server.',
  ])('stays, at an address that nobody has (%s)', async (answer) => {
    script = [move(answer)];
    await haproxy.moveAway('servers-1', '10.0.255.254');
    expect(script).toEqual([]);
  });

  it('is an error where HAProxy keeps its address', async () => {
    script = [move('Invalid address')];
    await expect(haproxy.moveAway('servers-1', '10.0.255.254')).rejects.toMatchObject({
      code: 'balancer-refused',
    });
  });
});
