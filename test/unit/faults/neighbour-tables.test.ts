import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  introductionScript,
  type Listener,
  lookUpScript,
  parseLookUp,
} from '../../../orchestrator/net-admin/introduction-script.ts';
import { NeighbourTables } from '../../../orchestrator/net-admin/neighbour-tables.ts';

const node = (number: number) => ({ id: `c${number}`, address: `10.0.0.${number}` });
const listener = (number: number, device = 'eth0'): Listener => ({
  pid: 100 + number,
  address: `10.0.0.${number}`,
  device,
  hardwareAddress: `02:42:0a:00:00:0${number}`,
});
const told = (script: string, pid: number): string | undefined =>
  new RegExp(`^tell ${pid} \\S+ \\S+ "\\$(\\w+)"$`, 'm').exec(script)?.[1];

describe('the scripts of an introduction', () => {
  it('tell those who were there of the newcomers only, and newcomers of everybody', () => {
    const script = introductionScript([listener(1), listener(2)], [listener(3)]);
    expect([1, 2, 3].map((number) => told(script, 100 + number))).toEqual([
      'newcomers',
      'newcomers',
      'everybody',
    ]);
    const [, newcomers = '', everybody = ''] = script.split(/^\w+='/m);
    expect(newcomers.match(/neigh replace \S+/g)).toEqual(['neigh replace 10.0.0.3']);
    expect(everybody.match(/neigh replace/g)).toHaveLength(3);
    expect(newcomers).toContain('lladdr 02:42:0a:00:00:03 dev DEVICE nud reachable extern_learn');
  });

  it('name each node’s own interface', () => {
    const script = introductionScript([listener(1, 'net1')], [listener(2)]);
    expect(script).toMatch(/^tell 101 10\.0\.0\.1 net1 /m);
    expect(script).toMatch(/^tell 102 10\.0\.0\.2 eth0 /m);
    expect(script).toContain('sed "s/ dev DEVICE / dev $3 /"');
  });

  it('never write into a namespace that is not the node’s: a route from its address is asked for first', () => {
    expect(introductionScript([], [listener(1)])).toMatch(
      /printf "route get \$2 from \$2\\n%s\\n" "\$4" \| sed \S+ dev DEVICE \/ dev \$3 \/" \| nsenter -t "\$1" -n ip -batch/,
    );
  });

  it('find out interface and hardware address of those that are there', () => {
    expect(lookUpScript([listener(1)])).toMatch(/^look_up 101 10\.0\.0\.1$/m);
    const said = '10.0.0.1 eth0 02:42:0a:00:00:01\nnoise\n10.0.0.2 \n10.0.0.3 net1.5 02:42:0a:00:00:03\n';
    expect([...parseLookUp(said)]).toEqual([
      ['10.0.0.1', { device: 'eth0', hardwareAddress: '02:42:0a:00:00:01' }],
      ['10.0.0.3', { device: 'net1.5', hardwareAddress: '02:42:0a:00:00:03' }],
    ]);
  });
});

describe('introducing the nodes of a large swarm', () => {
  /** Introductions, not what was looked up before. */
  let scripts: string[];
  let introduce: (script: string) => Promise<void>;
  let tables: NeighbourTables;

  beforeEach(() => {
    vi.useFakeTimers();
    scripts = [];
    introduce = async () => {};
    tables = new NeighbourTables({
      // Containers c1 to c9 run, as processes 101 to 109.
      processesOf: async (ids) =>
        new Map(ids.filter((id) => /^c\d$/.test(id)).map((id) => [id, 100 + Number(id[1])])),
      run: async (script) => {
        const asked = [...script.matchAll(/^look_up \d+ 10\.0\.0\.(\d)$/gm)];
        if (script.includes('look_up()'))
          return asked.map(([, last]) => `10.0.0.${last} eth0 02:42:0a:00:00:0${last}`).join('\n');
        scripts.push(script);
        await introduce(script);
        return '';
      },
    });
  });
  afterEach(() => void vi.useRealTimers());

  async function round(...numbers: number[]): Promise<void> {
    const done = Promise.all(numbers.map((number) => tables.introduce(node(number))));
    await vi.advanceTimersByTimeAsync(1000);
    await done;
  }

  it('tells newcomers of the same second together, and later ones of them', async () => {
    await round(1, 2);
    expect(scripts).toHaveLength(1);
    await round(3);
    expect(told(scripts[1] ?? '', 101)).toBe('newcomers');
    expect(told(scripts[1] ?? '', 103)).toBe('everybody');
  });

  it('lets who comes while others are told wait for the next round', async () => {
    const gate = Promise.withResolvers<void>();
    introduce = async () => {
      if (scripts.length === 1) await gate.promise;
    };
    const first = tables.introduce(node(1));
    await vi.advanceTimersByTimeAsync(1000);
    const second = tables.introduce(node(2));
    gate.resolve();
    await first;
    await vi.advanceTimersByTimeAsync(1000);
    await second;
    expect(scripts.map((script) => script.match(/^tell /gm)?.length)).toEqual([1, 2]);
  });

  it('says no more of a node that has gone', async () => {
    await round(1);
    tables.forget(node(1));
    await round(2);
    expect(scripts[1]).not.toContain('10.0.0.1 ');
  });

  it('passes over one that has ended already', async () => {
    const done = tables.introduce({ id: 'gone', address: '10.0.0.8' });
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(scripts).toEqual([]);
    await round(1);
    expect(scripts[0]).not.toContain('10.0.0.8');
  });

  it('fails where the helper fails, and goes on with the next', async () => {
    introduce = async () => {
      if (scripts.length === 1) throw new Error('the helper is gone');
    };
    const first = tables.introduce(node(1)).catch((error: unknown) => String(error));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toBe('Error: the helper is gone');
    await expect(round(2)).resolves.toBeUndefined();
  });

  it('does nothing in a small swarm', async () => {
    await new NeighbourTables(undefined).introduce(node(1));
    expect(vi.getTimerCount()).toBe(0);
  });
});
