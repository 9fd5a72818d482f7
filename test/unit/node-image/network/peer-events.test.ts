import { expect, test, vi } from 'vitest';
import type { GossipBus, Receiver } from '../../../../node-image/network/gossip-bus.ts';
import { MessageKind } from '../../../../node-image/network/gossip-message.ts';
import type { NetworkMetrics } from '../../../../node-image/network/network-metrics.ts';
import { PeerEvents } from '../../../../node-image/network/peer-events.ts';

let nowMs = 10_000;
vi.mock('../../../../node-image/process/right-time.ts', () => ({ rightTimeMs: () => nowMs }));

test('a newcomer keeps what was said before it was ready, and counts only what was said since', async () => {
  let receive: Receiver = () => false;
  const bus = { on: (_: MessageKind, receiver: Receiver) => void (receive = receiver) };
  const delays: number[] = [];
  const metrics = { eventReceived: (seconds: number) => void delays.push(seconds) };
  const joined = Promise.withResolvers<void>();
  const events = new PeerEvents(
    bus as unknown as GossipBus,
    'peers-9',
    joined.promise,
    metrics as unknown as NetworkMetrics,
  );
  const hear = (publishedAtMs: number, word: string) =>
    receive({
      key: Buffer.from(word.padEnd(12).slice(0, 12)),
      kind: MessageKind.event,
      publishedAtMs,
      publishedBy: 'peers-1',
      body: Buffer.from(word),
    });

  expect(await hear(7000, 'before its start')).toBe(true);
  nowMs = 11_000;
  joined.resolve();
  await joined.promise;
  nowMs = 11_500;
  await hear(10_900, 'before it was ready');
  await hear(11_450, 'since');
  expect(delays).toEqual([0.05]);
  const { events: kept } = await events.after({
    after: 0,
    limit: 10,
    waitMs: 0,
    signal: new AbortController().signal,
  });
  expect(kept.map(({ message }) => message)).toEqual(['before its start', 'before it was ready', 'since']);
});
