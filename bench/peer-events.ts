// Events among 30 peers at 10 a second: how many arrive, how fast, and what it costs. Each peer is a container of its own; latencies
// are those that the receivers measured, all on one clock.
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentClient } from '../orchestrator/agent/agent-client.ts';
import { connectDocker } from '../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label } from '../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../orchestrator/engine/remove-leftovers.ts';
import { ensureImages } from '../orchestrator/images/ensure-images.ts';
import { PEER_IMAGE } from '../orchestrator/image-names.ts';
import { makeRunId } from '../orchestrator/run/identity/run-id.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atMost, known } from './harness/judge-row.ts';

const peers = Array.from({ length: 30 }, (_, index) => `peers-${index + 1}`);
const ratePerSecond = 10;
const seconds = 20;
const mostP99Ms = 150;
/** What the same network came to before it was tuned: default GossipSub, full mesh of dials. */
const untunedP99Ms = 1437;

interface Outcome {
  readonly connectedSeconds: number;
  readonly deliveredShare: number;
  readonly duplicatesPerEvent: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  await using engine = await connectDocker();
  const outcomes: Outcome[] = [];
  for (let repetition = 0; repetition < context.repetitions; repetition += 1) {
    const outcome = await context.alone(async () => measure(engine, context.signal));
    outcomes.push(outcome);
    context.say(`  ${repetition + 1}/${context.repetitions}: p99 ${outcome.p99Ms} ms`);
  }
  const worst = (pick: (outcome: Outcome) => number): number => Math.max(...outcomes.map(pick));
  const reference = { what: 'before tuning', value: untunedP99Ms };
  const lost = worst(({ deliveredShare }) => 1 - deliveredShare);
  return [
    atMost({ name: 'events lost, share', measured: lost, unit: '' }, 0),
    {
      ...atMost({ name: 'event delivery, p99', measured: worst((it) => it.p99Ms), unit: 'ms' }, mostP99Ms),
      reference,
    },
    known({ name: 'event delivery, p50', measured: worst((it) => it.p50Ms), unit: 'ms' }),
    known({ name: 'arrivals too many per event', measured: worst((it) => it.duplicatesPerEvent), unit: '' }),
    known({ name: 'start to connected network', measured: worst((it) => it.connectedSeconds), unit: 's' }),
  ];
}

async function measure(engine: Engine, signal: AbortSignal): Promise<Outcome> {
  const run = makeRunId('peer-events', new Date());
  const labels = { [Label.run]: run };
  try {
    const refs = await ensureImages(engine, [{ ref: PEER_IMAGE }], {
      signal,
      allowSubstitutes: true,
      onStep: () => {},
    });
    const network = await engine.createNetwork({ name: `topolab-${run}`, labels });
    const launch = async (
      node: string,
      command: string,
      env: Record<string, string> = {},
    ): Promise<string> => {
      const { id } = await engine.launch({
        name: `topolab-${run}-${node}`,
        image: refs.get(PEER_IMAGE) ?? PEER_IMAGE,
        labels,
        command: [command],
        env: { NODE_NAME: node, TOPOLAB_RUN: run, ...env },
        cpus: null,
        memoryBytes: null,
        network: { id: network.id, aliases: [node] },
      });
      return id;
    };
    await using agent = await AgentClient.connect(engine, await launch('agent', 'agent'), run);
    await launch('tracker', 'tracker', { SERVICES: 'events,records' });
    const beganMs = performance.now();
    const env = { TRACKER: 'tracker', SERVICES: 'events,records' };
    await Promise.all(peers.map(async (peer) => launch(peer, 'peer', env)));
    await untilConnected(agent, signal);
    const connectedSeconds = (performance.now() - beganMs) / 1000;
    await sleep(3000, undefined, { signal });
    await publish(agent, signal);
    return {
      connectedSeconds,
      ...outcomeOf(await Promise.all(peers.map(async (peer) => metricsOf(agent, peer)))),
    };
  } finally {
    await removeLeftovers(engine, run);
  }
}

async function untilConnected(agent: AgentClient, signal: AbortSignal): Promise<void> {
  for (const peer of peers) {
    for (;;) {
      signal.throwIfAborted();
      const text = await metricsOf(agent, peer).catch(() => '');
      if (figure(text, 'topolab_network_members') === peers.length) break;
      await sleep(200, undefined, { signal });
    }
  }
}

/** On time, whatever the answers take; then waits for the last to arrive. */
async function publish(agent: AgentClient, signal: AbortSignal): Promise<void> {
  const beganMs = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let event = 0; event < ratePerSecond * seconds; event += 1) {
    const dueMs = beganMs + (event * 1000) / ratePerSecond;
    await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal });
    const peer = peers[event % peers.length] ?? '';
    answers.push(agent.http('POST', `${peer}:8080`, '/events', { body: 'x'.repeat(200) }));
  }
  await Promise.all(answers);
  await sleep(2000, undefined, { signal });
}

async function metricsOf(agent: AgentClient, peer: string): Promise<string> {
  return (await agent.http('GET', `${peer}:8080`, '/metrics')).body.toString();
}

function figure(text: string, name: string): number {
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0);
}

function outcomeOf(texts: readonly string[]): Omit<Outcome, 'connectedSeconds'> {
  const sum = (name: string): number => texts.reduce((total, text) => total + figure(text, name), 0);
  const received = sum('topolab_events_received_total');
  const buckets = new Map<number, number>();
  for (const text of texts) {
    for (const [, bound, count] of text.matchAll(
      /^topolab_event_delivery_seconds_bucket\{le="([\d.]+)"\} (\d+)$/gm,
    )) {
      buckets.set(Number(bound), (buckets.get(Number(bound)) ?? 0) + Number(count));
    }
  }
  const bounds = [...buckets].sort(([a], [b]) => a - b);
  // The upper bound of the bucket: never less than the true figure.
  const quantileMs = (share: number): number =>
    (bounds.find(([, count]) => count >= share * received)?.[0] ?? Number.NaN) * 1000;
  return {
    deliveredShare: received / (ratePerSecond * seconds * (peers.length - 1)),
    duplicatesPerEvent: sum('topolab_events_duplicate_total') / received,
    p50Ms: quantileMs(0.5),
    p99Ms: quantileMs(0.99),
  };
}
