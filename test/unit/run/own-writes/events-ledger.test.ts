// Events that the run publishes itself: nodes in memory that lose, double and withhold them.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventsLedger } from '../../../../orchestrator/run/own-writes/events-ledger.ts';

/** By address: what a node keeps, in order. */
let logs: Map<string, string[]>;
/** What a node hands to nobody who follows it. */
let withheld: Set<string>;
let refuses: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  logs = new Map([
    ['a:1', []],
    ['b:1', []],
  ]);
  withheld = new Set();
  refuses = false;
});
afterEach(() => {
  vi.useRealTimers();
});

const ledgerOf = () =>
  new EventsLedger({
    ratePerSecond: 10,
    nodes: () => [
      { name: 'nodes-1', address: 'a:1' },
      { name: 'nodes-2', address: 'b:1' },
    ],
    agent: {
      http: async (method, address, path, options) => {
        const log = logs.get(address) ?? [];
        if (method === 'POST') {
          if (refuses) return { status: 503, body: Buffer.from('') };
          for (const each of logs.values()) each.push(options?.body ?? '');
          return { status: 201, body: Buffer.from('') };
        }
        const query = new URLSearchParams(path.split('?')[1]);
        const after = Number(query.get('after'));
        const waits = Number(query.get('waitMs'));
        // As a long poll, without which a fake clock would never go on.
        if (waits > 0) await new Promise((resolve) => setTimeout(resolve, 50));
        const events = log
          .slice(after)
          .filter((message) => waits === 0 || !withheld.has(message))
          .map((message) => ({ message }));
        return { status: 200, body: Buffer.from(JSON.stringify({ events, lastId: log.length })) };
      },
    },
  });

async function writeFor(ledger: EventsLedger, ms: number, before: () => void = () => {}) {
  const over = new AbortController();
  const done = ledger.write(over.signal);
  before();
  await vi.advanceTimersByTimeAsync(ms);
  over.abort();
  await vi.advanceTimersByTimeAsync(100);
  await done;
}

async function look(ledger: EventsLedger, servers: { name: string; address: string }[] = []) {
  const looking = ledger.look(servers, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(10_000);
  return await looking;
}

it('finds all of them once, in every log and with everybody who follows', async () => {
  const ledger = ledgerOf();
  await writeFor(ledger, 1050);
  expect(await look(ledger)).toEqual({
    acknowledged: 10,
    lost: 0,
    doubled: 0,
    gaps: 0,
    logs: ['nodes-1', 'nodes-2'],
  });
});

it('counts what one log lacks or holds twice, and what was withheld from who follows', async () => {
  const ledger = ledgerOf();
  await writeFor(ledger, 1050, () => withheld.add('ledger-event-7'));
  logs.set(
    'b:1',
    (logs.get('b:1') ?? []).filter((message) => message !== 'ledger-event-3'),
  );
  logs.get('a:1')?.push('ledger-event-5');
  expect(await look(ledger)).toMatchObject({ lost: 1, doubled: 1, gaps: 1 });
  // Each is news once.
  expect(await look(ledger)).toMatchObject({ lost: 0, doubled: 0, gaps: 0 });
});

it('asks servers too, and takes one that does not answer for one that lost them all', async () => {
  const ledger = ledgerOf();
  await writeFor(ledger, 550);
  expect(await look(ledger, [{ name: 'servers-1', address: 'c:1' }])).toMatchObject({
    acknowledged: 5,
    lost: 5,
    logs: ['nodes-1', 'nodes-2', 'servers-1'],
  });
});

it('looks for none that was not acknowledged', async () => {
  refuses = true;
  const ledger = ledgerOf();
  await writeFor(ledger, 1050);
  expect(await look(ledger)).toMatchObject({ acknowledged: 0, lost: 0 });
});
