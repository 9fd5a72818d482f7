// Nodes on two hosts whose clocks are seconds apart: from how they were read to the latencies that the nodes tell.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clockEnvironment } from '../../../node-image/contract/host-clock.ts';
import type { GossipBus, Receiver } from '../../../node-image/network/gossip-bus.ts';
import type { GossipMessage, MessageKind } from '../../../node-image/network/gossip-message.ts';
import type { NetworkMetrics } from '../../../node-image/network/network-metrics.ts';
import { clockAhead } from '../../../orchestrator/cluster/clocks.ts';

const originMs = performance.timeOrigin;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** Does something on a host whose clock is so far ahead of the first one's. */
async function onHost<T>(aheadMs: number, work: () => Promise<T>): Promise<T> {
  Object.defineProperty(performance, 'timeOrigin', { configurable: true, value: originMs + aheadMs });
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(performance, 'timeOrigin');
  }
}

/** The program of a node on such a host, told of its clock as runs do: by half a round trip of up to 4 ms. */
async function programOn(aheadMs: number) {
  vi.resetModules();
  const read = (offsetMs: number) => ({ offsetMs, errorMs: 2 });
  const environment = clockEnvironment(clockAhead(read(aheadMs), read(0)));
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { PeerEvents } = await import('../../../node-image/network/peer-events.ts');
  const { PeerTransactions } = await import('../../../node-image/network/peer-transactions.ts');
  const { Canaries } = await import('../../../node-image/canary/canaries.ts');
  vi.unstubAllEnvs();
  return { PeerEvents, PeerTransactions, Canaries };
}

interface Peer {
  readonly receive: (message: GossipMessage) => Promise<unknown>;
  readonly sent: GossipMessage[];
  /** Seconds that what came from others took, as its metrics tell. */
  readonly tookSeconds: number[];
}

function peer(name: string): Peer & { readonly bus: GossipBus; readonly metrics: NetworkMetrics } {
  const sent: GossipMessage[] = [];
  const tookSeconds: number[] = [];
  let receiver: Receiver = () => false;
  const bus = {
    on: (_: MessageKind, receives: Receiver) => void (receiver = receives),
    publish: async (kind: MessageKind, publishedAtMs: number, body: Buffer, key = Buffer.alloc(12)) =>
      void sent.push({ key, kind, publishedAtMs, publishedBy: name, body }),
  };
  const metrics = {
    eventReceived: (seconds: number) => void tookSeconds.push(seconds),
    transactionApplied: (seconds?: number) => void (seconds !== undefined && tookSeconds.push(seconds)),
  };
  return {
    receive: async (message) => await receiver(message),
    sent,
    tookSeconds,
    bus: bus as unknown as GossipBus,
    metrics: metrics as unknown as NetworkMetrics,
  };
}

const joined = Promise.resolve();

async function eventsOn(
  aheadMs: number,
  name: string,
): Promise<Peer & { readonly send: () => Promise<unknown> }> {
  const { PeerEvents } = await programOn(aheadMs);
  const { bus, metrics, ...rest } = peer(name);
  const events = await onHost(aheadMs, async () => {
    const made = new PeerEvents(bus, name, joined, metrics);
    await joined;
    return made;
  });
  return { ...rest, send: () => onHost(aheadMs, () => events.publish('hello')) };
}

async function transactionsOn(
  aheadMs: number,
  name: string,
): Promise<Peer & { readonly send: () => Promise<unknown> }> {
  const { PeerTransactions } = await programOn(aheadMs);
  const { bus, metrics, ...rest } = peer(name);
  const transactions = new PeerTransactions(bus, metrics, () => {});
  return { ...rest, send: () => onHost(aheadMs, () => transactions.submit('pay')) };
}

describe.each([5000, -5000])('on a host whose clock is %d ms ahead of the first', (aheadMs) => {
  test.each([
    ['an event', eventsOn],
    ['a transaction', transactionsOn],
  ])('%s takes as long as it does, both ways', async (_, made) => {
    const first = await made(0, 'peers-1');
    const other = await made(aheadMs, 'peers-2');
    await first.send();
    for (const message of first.sent) await onHost(aheadMs, () => other.receive(message));
    await other.send();
    for (const message of other.sent) await onHost(0, () => first.receive(message));
    expect([first.tookSeconds.length, other.tookSeconds.length]).toEqual([1, 1]);
    for (const seconds of [...first.tookSeconds, ...other.tookSeconds]) expect(seconds).toBeLessThan(1);
  });

  test('canaries time changes of rights by the clock of the first', async () => {
    const { Canaries } = await programOn(aheadMs);
    const change = { id: 'c1', signed: null, tell: [], effects: [] };
    const receipt = await onHost(aheadMs, () => new Canaries().change(change));
    expect(Math.abs(receipt.issuedAtMs - Date.now())).toBeLessThan(1000);
  });
});
