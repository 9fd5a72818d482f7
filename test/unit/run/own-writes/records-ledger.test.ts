// Writes what the run keeps itself, and reads it back: a service in memory that loses, changes and refuses records.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { contentOf, RecordsLedger } from '../../../../orchestrator/run/own-writes/records-ledger.ts';

const records = { target: 'servers', ratePerSecond: 50, sizeBytes: 33 };
let kept: Map<string, string>;
let away: boolean;
let written: boolean[];

beforeEach(() => {
  vi.useFakeTimers();
  kept = new Map();
  away = false;
  written = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const startMs = () => performance.now();

function ledgerOf(addresses: readonly string[] = ['10.0.0.1:8080']): RecordsLedger {
  const began = startMs();
  return new RecordsLedger({
    records,
    seed: 7,
    addresses: () => addresses,
    now: () => performance.now() - began,
    onWritten: (acknowledged) => written.push(acknowledged),
    agent: {
      http: async (method, address, path, options) => {
        if (away) throw new Error(`${address} is away`);
        const id = path.replace('/records/', '');
        if (method === 'PUT') kept.set(id, options?.body ?? '');
        const found = kept.get(id);
        if (method === 'PUT') return { status: 204, body: Buffer.alloc(0) };
        return { status: found === undefined ? 404 : 200, body: Buffer.from(found ?? '') };
      },
    },
  });
}

async function writeFor(ledger: RecordsLedger, ms: number, meanwhile: () => void = () => {}): Promise<void> {
  const over = new AbortController();
  const done = ledger.write(over.signal);
  await vi.advanceTimersByTimeAsync(ms / 2);
  meanwhile();
  await vi.advanceTimersByTimeAsync(ms / 2);
  over.abort();
  await done;
}

async function readBack(ledger: RecordsLedger) {
  const reading = ledger.readBack(new AbortController().signal);
  await vi.advanceTimersByTimeAsync(120_000);
  return await reading;
}

it('writes at its rate, and finds all of it again', async () => {
  const ledger = ledgerOf();
  await writeFor(ledger, 1000);
  const entries = await readBack(ledger);
  expect(entries.length).toBeGreaterThanOrEqual(49);
  expect(entries.length).toBeLessThanOrEqual(51);
  expect(new Set(entries.map(({ found }) => found))).toEqual(new Set(['right']));
  expect(written).toHaveLength(entries.length);
});

it('tells what is missing and what was changed, by content', async () => {
  const ledger = ledgerOf();
  await writeFor(ledger, 400);
  kept.delete('ledger-3');
  kept.set('ledger-5', contentOf(7, 'ledger-4', records.sizeBytes));
  const entries = await readBack(ledger);
  const notRight = entries.filter(({ found }) => found !== 'right').map(({ id, found }) => [id, found]);
  expect(notRight).toEqual([
    ['ledger-3', 'missing'],
    ['ledger-5', 'wrong'],
  ]);
});

it('does not ask for what was never acknowledged', async () => {
  const ledger = ledgerOf();
  await writeFor(ledger, 400, () => {
    away = true;
  });
  away = false;
  const entries = await readBack(ledger);
  const refused = entries.filter(({ acknowledged }) => !acknowledged);
  expect(refused.length).toBeGreaterThan(5);
  expect(refused.every(({ found }) => found === undefined)).toBe(true);
  expect(written.filter((acknowledged) => !acknowledged)).toHaveLength(refused.length);
});

it('calls unreadable what nobody answers for', async () => {
  const ledger = ledgerOf();
  await writeFor(ledger, 100);
  away = true;
  expect(new Set((await readBack(ledger)).map(({ found }) => found))).toEqual(new Set(['unreadable']));
});

it('makes content that follows from seed and id, of the size that was asked for', () => {
  expect(contentOf(7, 'a', 33)).toHaveLength(33);
  expect(contentOf(7, 'a', 33)).toBe(contentOf(7, 'a', 33));
  expect(contentOf(7, 'a', 33)).not.toBe(contentOf(7, 'b', 33));
  expect(contentOf(7, 'a', 33)).not.toBe(contentOf(8, 'a', 33));
});

it('looks while it goes on, and tells each loss once', async () => {
  const ledger = ledgerOf();
  const over = new AbortController();
  const done = ledger.write(over.signal);
  const look = async () => {
    const looking = ledger.look(over.signal);
    await vi.advanceTimersByTimeAsync(2000);
    return await looking;
  };
  await vi.advanceTimersByTimeAsync(1000);
  const [first = '', second = ''] = kept.keys();
  kept.delete(first);
  expect(await look()).toMatchObject({ missing: 1, wrong: 0, unreadable: 0 });
  kept.set(second, 'of somebody else');
  expect(await look()).toMatchObject({ missing: 0, wrong: 1 });
  over.abort();
  await done;
});
