// Nodes whose CPU, memory or disk is used up from within, or whose clock is wrong, as their own control groups and programs see it; of our image and of
// others.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

const MiB = 2 ** 20;

interface Seen {
  /** Since the node's start, seconds. */
  readonly cpuSeconds: number;
  /** Memory that belongs to files in memory, bytes. */
  readonly shmemBytes: number;
  /** By the program that presses on it, undefined where there is none; bytes. */
  readonly writtenBytes: number | undefined;
  /** What became of an attempt to write to /data. */
  readonly writing: string;
}

/** Of control groups of version 1 or 2. */
const look = `
cd /sys/fs/cgroup
awk '/usage_usec/ { print "cpu " $2 / 1e6 }' cpu.stat 2>/dev/null || awk '{ print "cpu " $1 / 1e9 }' cpuacct/cpuacct.usage
awk '$1 == "shmem"' memory.stat 2>/dev/null || awk '$1 == "shmem"' memory/memory.stat
for process in /proc/[0-9]*; do
  read -r name < $process/comm 2>/dev/null || continue
  [ "$name" != topolab-pressur ] || awk '/^write_bytes/ { print "written " $2 }' $process/io
done
if [ -d /data ]; then echo "writing $(head -c 65536 /dev/zero 2>&1 > /data/written || echo failed)" ; rm -f /data/written; fi
if touch /.topolab/changed 2>/dev/null; then echo changed; fi
`;

/** What a program that runs since the node's start takes the time for, beside what the kernel does: by its answer to a request, whole seconds. */
const askDate = `
fetch('http://127.0.0.1:8080/ready').then(({ headers }) => {
  require('node:fs').writeFileSync('/tmp/now', '');
  const now = require('node:fs').statSync('/tmp/now').mtimeMs;
  console.log(Date.parse(headers.get('date')) - now);
});
`;

let engine: Engine;
let run: SavedRun;
/** By moment and node: `fault-began f1 servers-1`. */
const seen = new Map<string, Promise<string>>();

beforeAll(async () => {
  engine = await connectDocker();
  const containers = new Map<string, string>();
  const lookInto = async (node: string, afterMs = 0): Promise<string> => {
    await sleep(afterMs);
    const { stdout, stderr } = await engine.exec(containers.get(node) ?? '', ['sh', '-c', look]);
    return stdout + stderr;
  };
  const readClock = async (node: string): Promise<string> => {
    // Node writes the same date into all answers of a second.
    await sleep(1500);
    const argv = ['node', '-e', askDate];
    return (await engine.exec(containers.get(node) ?? '', argv)).stdout;
  };
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'node-launched') containers.set(event.node, event.containerId);
    // A node that is short of CPU is slow to tell: how much it has used before is asked while it is not.
    if (event.type === 'load-started')
      for (const node of ['servers-1', 'plain-1']) seen.set(`before ${node}`, lookInto(node));
    if (event.type !== 'fault-began' && event.type !== 'fault-ended') return;
    if (event.kind === 'out-of-memory') return;
    if (event.kind === 'clock') {
      for (const node of event.nodes) seen.set(`${event.type} ${event.fault} ${node}`, readClock(node));
      return;
    }
    const isWriting = event.type === 'fault-began' && event.nodes.includes('database-1');
    for (const node of event.nodes)
      seen.set(`${event.type} ${event.fault} ${node}`, lookInto(node, isWriting ? 1500 : 0));
  };
  const { folder } = await runFixture(engine, 'pressing.yaml', { onProgress: () => {}, onEvent });
  run = await readRun(folder);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

async function at(moment: string): Promise<Seen> {
  const text = (await seen.get(moment)) ?? '';
  const number = (word: string): number | undefined => {
    const written = new RegExp(`^${word} ([\\d.e+]+)$`, 'm').exec(text)?.[1];
    return written === undefined ? undefined : Number(written);
  };
  return {
    cpuSeconds: number('cpu') ?? Number.NaN,
    shmemBytes: number('shmem') ?? Number.NaN,
    writtenBytes: number('written'),
    writing: /^writing (.*)$/m.exec(text)?.[1] ?? '',
  };
}

describe('stress', () => {
  it.each(['servers-1', 'plain-1'])(
    'uses CPU time and memory of %s, and gives the memory back',
    async (node) => {
      const before = await at(`before ${node}`);
      const began = await at(`fault-began f1 ${node}`);
      const ended = await at(`fault-ended f1 ${node}`);
      // Half a core for five seconds where the host is idle; some hundredths of a second without stress.
      expect(ended.cpuSeconds - before.cpuSeconds).toBeGreaterThan(0.3);
      expect(began.shmemBytes - ended.shmemBytes).toBe(16 * MiB);
    },
  );

  it('writes to the disk of a node that has one', async () => {
    expect((await at('fault-began f3 database-1')).writtenBytes).toBeGreaterThan(MiB);
  });

  it('goes on while another is taken back, and its program ends with the last', async () => {
    expect((await at('fault-ended f1 servers-1')).writtenBytes).toBeUndefined();
    expect((await at('fault-ended f1 plain-1')).writtenBytes).toBe(0);
    expect((await at('fault-ended f2 plain-1')).writtenBytes).toBeUndefined();
    expect((await at('fault-ended f3 database-1')).writtenBytes).toBeUndefined();
  });

  it('gives nodes nothing that they could change', async () => {
    expect(await seen.get('fault-began f1 plain-1')).not.toContain('changed');
  });
});

describe('a full disk', () => {
  it('has no space for what the node writes, and has it again afterwards', async () => {
    expect((await at('fault-began f4 plain-1')).writing).toMatch(/[Nn]o space left/);
    expect((await at('fault-ended f4 plain-1')).writing).toBe('');
  });
});

describe('a clock', () => {
  it('is ahead for programs of the node that run already, and right afterwards', async () => {
    const aheadMs = async (moment: string) => Number(await seen.get(`${moment} f5 servers-1`));
    const hourMs = 3_600_000;
    expect(Math.abs((await aheadMs('fault-began')) - hourMs)).toBeLessThan(60_000);
    expect(Math.abs(await aheadMs('fault-ended'))).toBeLessThan(60_000);
  });
});

describe('a lack of memory', () => {
  it('lets the kernel kill the program of the node, and the run says so', () => {
    const told = run.events.flatMap((event) =>
      event.type === 'node-out-of-memory' || event.type === 'node-exited'
        ? [`${event.type} ${event.node} ${'exitCode' in event ? event.exitCode : ''}`.trim()]
        : [],
    );
    expect(told.toSorted()).toEqual(['node-exited servers-2 137', 'node-out-of-memory servers-2']);
  });
});

it('is seen to bite and to end by the run itself, wherever the node lives on', () => {
  const told = run.events.flatMap((event) =>
    event.type === 'fault-confirmed' || event.type === 'fault-unconfirmed'
      ? [`${event.type} ${event.fault} ${event.moment} ${event.node}`]
      : [],
  );
  const lasting = ['f1 servers-1', 'f1 plain-1', 'f2 plain-1', 'f3 database-1', 'f4 plain-1', 'f5 servers-1'];
  const expected = lasting.flatMap((each) =>
    ['began', 'ended'].map((moment) => `fault-confirmed ${each.replace(' ', ` ${moment} `)}`),
  );
  expect(told.filter((line) => !line.endsWith('servers-2')).toSorted()).toEqual(expected.toSorted());
});

it('is no error of the run, and leaves nothing', async () => {
  const errors = run.events.flatMap((event) =>
    event.type === 'action-finished' && event.error !== undefined ? [event.error] : [],
  );
  expect(errors).toEqual([]);
  expect(await leftOf('pressing')).toEqual([]);
});
