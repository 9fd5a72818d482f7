// A real database destroyed with its storage and restored by pgBackRest and by a synchronous receiver: what was acknowledged and is lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { CheckedRecords } from '../../orchestrator/record/checked-records.ts';
import { lostOf } from '../../orchestrator/record/checked-records.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await connectDocker();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

function checkedIn({ saved: { events } }: RunResult): CheckedRecords {
  const checked = events.find((event) => event.type === 'records-checked');
  if (checked === undefined) throw new Error(`no records were read back: ${JSON.stringify(events.at(-1))}`);
  return checked;
}

const failedIn = ({ saved: { events } }: RunResult): string[] =>
  events.flatMap((event) =>
    event.type === 'action-finished' && event.error !== undefined ? [event.action.change.kind] : [],
  );

describe.each(['pgbackrest', 'wal-receiver'] as const)('%s', (method) => {
  let result: RunResult;

  beforeAll(async () => {
    result = await runFixture(engine, 'recovery.yaml', undefined, { method });
  });

  it('brings the database back with what was backed up, and records are written again', () => {
    // On a full machine the database may be destroyed while its backup is still being made.
    const failed = failedIn(result);
    expect(failed.filter((kind) => kind !== 'backup')).toEqual([]);
    const checked = checkedIn(result);
    expect(checked.losses).toHaveLength(1);
    const [loss] = checked.losses;
    expect(loss?.acknowledged).toBeGreaterThan(20);
    expect(loss?.noticedAfterMs).not.toBeNull();
    expect(loss?.firstWriteAfterMs).toBeGreaterThan(2000);
    // All that is lost was written before the destruction.
    expect(lostOf(checked)).toBe(loss === undefined ? 0 : lostOf(loss));
    if (!failed.includes('backup')) expect(lostOf(checked)).toBeLessThan(loss?.acknowledged ?? 0);
    expect(checked.wrong + checked.unreadable).toBe(0);
  });

  it(
    method === 'wal-receiver' ? 'loses nothing that was acknowledged' : 'loses what was not archived',
    () => {
      const checked = checkedIn(result);
      const [loss] = checked.losses;
      if (method === 'wal-receiver') {
        expect(checked).toMatchObject({ missing: 0 });
        expect(loss?.rpoMs).toBe(0);
      } else {
        // Nothing fills a segment within these seconds, and the archive waits for a minute.
        expect(checked.missing).toBeGreaterThan(0);
        expect(loss?.rpoMs).toBeGreaterThan(0);
      }
    },
  );
});

it('leaves neither containers, networks nor volumes', async () => {
  expect(await leftOf('recovery')).toEqual([]);
});
