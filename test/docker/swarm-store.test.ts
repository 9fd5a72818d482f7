// A sweep over three daemons that form a Swarm on this machine, of servers with a database: that is destroyed and restored, and servers are
// resized, killed and joined by others.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { readSweep, type SavedSweep } from '../../orchestrator/record/folder/sweep.ts';
import { failedIn } from './failed-in.ts';
import { leftOnHosts, leftOnHostsAfter } from './left-on-hosts.ts';
import { askDaemon, type NamespacedSwarm } from './namespaced-swarm.ts';
import { commandedBy, startSwarmFor } from './swarm-for.ts';
import { type Ended, fixture, startTopolab, temporaryFolder } from './topolab.ts';
import { until } from './until.ts';

const file = fixture('swarm-store.yaml');

interface Limits {
  readonly NanoCpus: number;
  readonly Memory: number;
}

let swarm: NamespacedSwarm;

beforeAll(async () => {
  swarm = await startSwarmFor([file]);
});

afterAll(async () => {
  await swarm?.[Symbol.asyncDispose]();
  expect((swarm?.hosts ?? []).filter(({ socket }) => existsSync(socket))).toEqual([]);
});

/** What the engines let the servers use that run now, by name. */
async function limitsOfServers(): Promise<Record<string, Limits>> {
  const limits: Record<string, Limits> = {};
  for (const host of swarm.hosts) {
    const { body } = await askDaemon(host, 'GET', '/containers/json');
    const names = (JSON.parse(body) as { Names: string[] }[]).flatMap(({ Names }) => Names);
    for (const name of names) {
      const [server] = /servers-\d$/.exec(name) ?? [];
      if (server === undefined) continue;
      const inspected = await askDaemon(host, 'GET', `/containers${name}/json`);
      const { NanoCpus, Memory } = (JSON.parse(inspected.body) as { HostConfig: Limits }).HostConfig;
      limits[server] = { NanoCpus, Memory };
    }
  }
  return limits;
}

/** The hosts of the nodes of a group, in the order in which these were launched. */
function hostsOf({ events }: SavedRun, group: string): (string | undefined)[] {
  return events.flatMap((event) =>
    event.type === 'node-launched' && event.group === group ? [event.host] : [],
  );
}

describe('a sweep of servers with a database on a Swarm', () => {
  let ended: Ended;
  let sweep: SavedSweep;
  let limits: Record<string, Limits>;
  let meanwhile: string[];

  beforeAll(async () => {
    const runs = temporaryFolder();
    const args = ['run', file, '--set', 'servers=2,3', '--engine', 'swarm', '--runs', runs];
    const started = startTopolab(args, commandedBy(swarm.hosts[0]));
    await started.prints('phase lost and restored');
    const areThree = (found: Record<string, Limits>) => Object.keys(found).length === 3;
    limits = await until('three servers', limitsOfServers, areThree);
    meanwhile = await leftOnHosts(swarm);
    ended = await started.ended;
    const name = readdirSync(runs).find((each) => each.startsWith('sweep-')) ?? '';
    const saved = await readSweep(join(runs, name));
    if (saved === undefined) throw new Error(ended.stdout + ended.stderr);
    sweep = saved;
  });

  it('has a run of each size', () => {
    // 4: measured on a host that others filled.
    expect([0, 4], ended.stdout + ended.stderr).toContain(ended.exitCode);
    expect(sweep.runs.map(({ set, outcome }) => [set, outcome])).toEqual([
      [{ servers: '2' }, 'completed'],
      [{ servers: '3' }, 'completed'],
    ]);
  });

  it('gives servers their new limits, those that join later as well', () => {
    const resized = { NanoCpus: 0.4e9, Memory: 128 * 1024 ** 2 };
    // The first was killed.
    expect(limits).toEqual({ 'servers-2': resized, 'servers-3': resized, 'servers-4': resized });
  });

  describe.each([
    [0, 2],
    [1, 3],
  ])('run %i, of %i servers', (nth, servers) => {
    const run = (): SavedRun => {
      const saved = sweep.saved[nth];
      if (saved === undefined) throw new Error(ended.stdout + ended.stderr);
      return saved;
    };

    it('carries out every change, and sees both faults', () => {
      expect(failedIn(run())).toEqual([]);
      const { events } = run();
      const changes = events.flatMap((event) =>
        event.type === 'action-finished' ? [event.action.change.kind] : [],
      );
      expect(new Set(changes)).toEqual(new Set(['backup', 'resize', 'fault', 'scale-out', 'restore']));
      const seen = events.flatMap((event) =>
        event.type === 'fault-confirmed' ? [[event.kind, event.node, event.moment]] : [],
      );
      expect(seen).toEqual([
        ['kill', 'servers-1', 'began'],
        ['destroy', 'database-1', 'began'],
      ]);
    });

    it('has servers on both hosts for nodes, and the restored database where its backups are', () => {
      const hosts = hostsOf(run(), 'servers');
      expect(hosts).toHaveLength(4);
      expect(new Set(hosts)).toEqual(new Set(['box2', 'box3']));
      const [before, ...restored] = hostsOf(run(), 'database');
      expect(restored).toEqual([before]);
    });

    it('loses no record that was acknowledged, and takes records again', () => {
      const checked = run().events.find((event) => event.type === 'records-checked');
      expect(checked).toMatchObject({ missing: 0, wrong: 0, unreadable: 0 });
      expect(checked?.losses).toMatchObject([{ missing: 0, wrong: 0, unreadable: 0, rpoMs: 0 }]);
      const [loss] = checked?.losses ?? [];
      expect(loss?.acknowledged).toBeGreaterThan(20);
      expect(loss?.noticedAfterMs).not.toBeNull();
      // It is restored a second after it was destroyed.
      expect(loss?.firstWriteAfterMs).toBeGreaterThan(1000);
      expect(checked?.acknowledged).toBeGreaterThan(loss?.acknowledged ?? Infinity);
    });

    it('serves users before and afterwards', () => {
      const { verdict } = run();
      expect(['pass', 'invalid'], ended.stdout).toContain(verdict?.outcome);
      expect(verdict?.objectives.map(({ status }) => status)).toEqual(['held', 'held', 'held', 'held']);
    });

    it('has figures in the report of the sweep', () => {
      const report = JSON.parse(readFileSync(join(sweep.path, 'report.json'), 'utf8')) as {
        readonly runs: readonly { readonly place: number; readonly figures: Record<string, number | null> }[];
      };
      expect(report.runs[nth]).toMatchObject({ place: servers, figures: { 'records-lost': 0, rpo: 0 } });
      expect(report.runs[nth]?.figures['served']).toBeGreaterThan(1);
      expect(report.runs[nth]?.figures['servers-cpu']).toBeGreaterThan(0);
    });
  });

  it('leaves nothing on any host, and no volume of backups either', async () => {
    // While it went on there was one to be removed.
    expect(meanwhile.some((name) => name.endsWith('-database-backup'))).toBe(true);
    expect(await leftOnHostsAfter(swarm)).toEqual([]);
  });
});
