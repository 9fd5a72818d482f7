// Stores that are backed up, on the fake engine: what their containers get, what is asked of them, and that they come back.
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { Label } from '../../../../orchestrator/engine/engine.ts';
import type { Fleet } from '../../../../orchestrator/fleet/create-fleet.ts';
import { noSecrets } from '../../../../orchestrator/secrets/take-secrets.ts';
import { plannedDestruction } from '../../../fixtures/planned-fault.ts';
import { makeRecorder, type RecordedRun, scenarioOf } from '../../run/make-run.ts';
import { makeFleet } from '../make-fleet.ts';

const { signal } = new AbortController();
let engine: FakeEngine;
let run: RecordedRun;
/** `database-1: script`, in order. */
let asked: string[];
let fails: RegExp | undefined;

async function fleetOf(method: 'pgbackrest' | 'wal-receiver', secrets = noSecrets): Promise<Fleet> {
  const scenario = scenarioOf({ groups: { database: { role: 'store', backup: { method } } } });
  const fleet = await makeFleet({ engine, scenario, secrets, recorder: run.recorder });
  await fleet.backups.prepare('database');
  await fleet.joining.launch('database', ['database-1'], signal);
  await fleet.backups.begin('database', signal);
  return fleet;
}

beforeEach(async () => {
  asked = [];
  fails = undefined;
  run = await makeRecorder();
  engine = createFakeEngine({
    program: ({ entrypoint }) => ({
      start: (container) => {
        if (entrypoint?.[0] !== '/usr/local/bin/topolab-restore') return;
        container.print('topolab: restored in 123 ms');
        container.print('LOG:  database system is ready to accept read-only connections');
        container.print('LOG:  database system is ready to accept connections');
      },
    }),
    exec: ({ spec }, argv) => {
      const script = argv.at(-1) ?? '';
      asked.push(`${spec.labels[Label.node]}: ${script}`);
      if (fails?.test(script)) return { exitCode: 56, stdout: '', stderr: 'no space left' };
      // One receiver, whatever of it is asked.
      return { exitCode: 0, stdout: '1\n', stderr: '' };
    },
  });
});

const specOf = (node: string) =>
  [...engine.containers.values()].find(({ spec }) => spec.labels[Label.node] === node)?.spec;

const destroy = async (fleet: Fleet): Promise<void> => {
  await fleet.dispatcher.perform(plannedDestruction('database', ['database-1']), signal);
};
const restore = async (fleet: Fleet): Promise<void> => {
  await fleet.dispatcher.perform(
    { kind: 'restore', group: 'database', from: 0, to: 1, nodes: ['database-2'] },
    signal,
  );
};

describe('pgBackRest', () => {
  it('keeps its repository on a volume of the run, and makes a full backup before anything else', async () => {
    await fleetOf('pgbackrest');
    const volume = 'topolab-tested-1-database-backup';
    expect(specOf('database-1')).toMatchObject({
      image: 'topolab/store',
      mounts: [{ kind: 'volume', volume, path: '/var/lib/pgbackrest' }],
      env: { PGBACKREST_ARCHIVE_ASYNC: 'y', PGBACKREST_PG1_USER: 'topolab' },
    });
    expect((await engine.list()).volumes.map(({ name }) => name)).toEqual([volume]);
    expect(asked).toEqual([expect.stringMatching(/stanza-create[^]*archive_command[^]*backup --type=full$/)]);
    expect(run.events.find(({ type }) => type === 'backup-made')).toMatchObject({ kind: 'full' });
  });

  it('brings a destroyed store back under the same alias, once its database takes writes', async () => {
    const fleet = await fleetOf('pgbackrest');
    await destroy(fleet);
    expect(specOf('database-1')).toBeUndefined();
    await restore(fleet);
    const spec = specOf('database-2');
    expect(spec).toMatchObject({ network: { aliases: ['database-2', 'database'] } });
    expect(spec?.files?.[0]?.content).toContain('pgbackrest restore');
    expect(run.events.find(({ type }) => type === 'store-restored')).toMatchObject({ copyMs: 123 });
    expect(fleet.roster.namesOf('database')).toEqual(['database-2']);
  });

  it('makes the backups that it is asked for, of the node that is there', async () => {
    const fleet = await fleetOf('pgbackrest');
    const change = { kind: 'backup', group: 'database', type: 'incremental', nodes: [] } as const;
    await fleet.dispatcher.perform(change, signal);
    expect(asked.at(-1)).toMatch(/^database-1: [^]*backup --type=incr$/);
    await destroy(fleet);
    await expect(fleet.dispatcher.perform(change, signal)).rejects.toMatchObject({ code: 'backup-failed' });
  });

  it('says what a backup failed of', async () => {
    fails = /backup --type=full/;
    await expect(fleetOf('pgbackrest')).rejects.toMatchObject({
      code: 'backup-failed',
      message: expect.stringMatching(/first backup of database[^]*no space left/) as unknown,
    });
  });
});

describe('a WAL receiver', () => {
  it('is a container of its own that is measured, and commits wait for it only once it is there', async () => {
    const fleet = await fleetOf('wal-receiver');
    expect(specOf('database-receiver')).toMatchObject({
      image: 'postgres:17',
      user: 'postgres',
      capabilities: [],
      mounts: [{ kind: 'volume', volume: 'topolab-tested-1-database-backup' }],
      env: { PGHOST: 'database', PGPASSWORD: 'made-up' },
    });
    expect(specOf('database-1')).not.toHaveProperty('mounts');
    expect(fleet.measured.containers().map(({ labels }) => labels['node'])).toContain('database-receiver');
    const order = asked.map(
      (each) => /state = '(\w+)'|(synchronous_standby_names)|(pg_basebackup)/.exec(each)?.[0],
    );
    expect(order).toEqual([
      "state = 'streaming'",
      'synchronous_standby_names',
      expect.stringContaining("state = 'sync'"),
      'pg_basebackup',
    ]);
  });

  it('survives the store, which comes back from what it has', async () => {
    const fleet = await fleetOf('wal-receiver');
    await destroy(fleet);
    expect(specOf('database-receiver')).toBeDefined();
    await restore(fleet);
    const spec = specOf('database-2');
    expect(spec?.mounts).toEqual([
      { kind: 'volume', volume: 'topolab-tested-1-database-backup', path: '/backup' },
    ]);
    expect(spec?.files?.map(({ path }) => path)).toContain('/usr/local/bin/topolab-fetch-wal');
  });
});

it.each([
  ['pgbackrest', 'database-1', 'PGBACKREST_PG1_USER'],
  ['wal-receiver', 'database-receiver', 'PGUSER'],
] as const)(
  'backs a database up as the user that it was handed as a secret, by %s',
  async (method, node, variable) => {
    const env = { POSTGRES_USER: 'handed' };
    await fleetOf(method, { of: () => ({ env, files: [] }), values: ['handed'] });
    expect(specOf(node)?.env[variable]).toBe('handed');
  },
);

it('warns where what a store is backed up by ends by itself', async () => {
  const fleet = await fleetOf('wal-receiver');
  const receiver = [...engine.containers.values()].find(({ spec }) => spec.labels[Label.role] === 'receiver');
  const containerId = receiver?.started.id ?? '';
  fleet.backups.observe({ kind: 'exited', containerId, exitCode: 1, labels: {}, atMs: 0 });
  fleet.backups.observe({ kind: 'exited', containerId: 'another', exitCode: 1, labels: {}, atMs: 0 });
  const warnings = run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings).toEqual([expect.stringMatching(/^what backs database up has ended with code 1/)]);
});
