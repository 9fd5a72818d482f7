import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  introductionScript,
  type Neighbour,
  NeighbourTables,
} from '../../../orchestrator/net-admin/neighbour-tables.ts';

const node = (number: number): Neighbour => ({
  pid: 100 + number,
  address: `10.0.0.${number}`,
  hardwareAddress: `02:42:0a:00:00:0${number}`,
});
const told = (script: string, pid: number): string | undefined =>
  new RegExp(`^tell ${pid} \\S+ "\\$(\\w+)"$`, 'm').exec(script)?.[1];

describe('introducing the nodes of a large swarm', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells those who were there of the newcomers only, and newcomers of everybody', () => {
    const script = introductionScript([node(1), node(2)], [node(3)]);
    expect([1, 2, 3].map((number) => told(script, 100 + number))).toEqual([
      'newcomers',
      'newcomers',
      'everybody',
    ]);
    const [, newcomers = '', everybody = ''] = script.split(/^\w+='/m);
    expect(newcomers.match(/neigh replace \S+/g)).toEqual(['neigh replace 10.0.0.3']);
    expect(everybody.match(/neigh replace/g)).toHaveLength(3);
    expect(newcomers).toContain('lladdr 02:42:0a:00:00:03 dev eth0 nud reachable extern_learn');
  });

  it('never writes into a namespace that is not the node’s: a route from its address is asked for first', () => {
    expect(introductionScript([], [node(1)])).toMatch(
      /printf "route get \$2 from \$2\\n%s\\n" "\$3" \| nsenter -t "\$1" -n ip -batch/,
    );
  });

  it('tells newcomers of the same second together, and later ones of them', async () => {
    const scripts: string[] = [];
    const tables = new NeighbourTables(async (script) => void scripts.push(script));
    const first = Promise.all([tables.introduce(node(1)), tables.introduce(node(2))]);
    await vi.advanceTimersByTimeAsync(1000);
    await first;
    expect(scripts).toHaveLength(1);
    const second = tables.introduce(node(3));
    await vi.advanceTimersByTimeAsync(1000);
    await second;
    expect(told(scripts[1] ?? '', 101)).toBe('newcomers');
    expect(told(scripts[1] ?? '', 103)).toBe('everybody');
  });

  it('lets who comes while others are told wait for the next round', async () => {
    const scripts: string[] = [];
    const gate = Promise.withResolvers<void>();
    const tables = new NeighbourTables(async (script) => {
      scripts.push(script);
      if (scripts.length === 1) await gate.promise;
    });
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
    const scripts: string[] = [];
    const tables = new NeighbourTables(async (script) => void scripts.push(script));
    const round = async (newcomer: Neighbour): Promise<void> => {
      const done = tables.introduce(newcomer);
      await vi.advanceTimersByTimeAsync(1000);
      await done;
    };
    await round(node(1));
    tables.forget(node(1));
    await round(node(2));
    expect(scripts[1]).not.toContain('10.0.0.1 ');
  });

  it('fails where the helper fails, and goes on with the next', async () => {
    let calls = 0;
    const tables = new NeighbourTables(async () => {
      calls += 1;
      if (calls === 1) throw new Error('the helper is gone');
    });
    const first = tables.introduce(node(1)).catch((error: unknown) => String(error));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toBe('Error: the helper is gone');
    const second = tables.introduce(node(2));
    await vi.advanceTimersByTimeAsync(1000);
    await expect(second).resolves.toBeUndefined();
  });

  it('does nothing in a small swarm, nor for a node that has ended already', async () => {
    await new NeighbourTables(undefined).introduce(node(1));
    const run = vi.fn<(script: string) => Promise<void>>();
    await new NeighbourTables(run).introduce({ ...node(1), pid: 0 });
    expect(run).not.toHaveBeenCalled();
  });
});
