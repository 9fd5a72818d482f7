// How near file sharing comes to the least time that the links allow (Kurose & Ross), and what memory a peer takes for it. Real runs of
// scenarios/file-sharing.yaml with shaped uplinks; times are those of the last node.
import { connectedNetwork } from '../orchestrator/record/network-sightings.ts';
import type { SavedRun } from '../orchestrator/record/folder/run-folder.ts';
import { distributionFacts } from '../orchestrator/report/facts/distribution-facts.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { shareFile } from './file-sharing/share-file.ts';
import { aimOf, type DistributionSetup, timeRow, type ToldDistribution } from './file-sharing/time-row.ts';
import { median } from './harness/statistics.ts';
import { atMost, known, missing } from './harness/judge-row.ts';

const MiB = 1024 ** 2;
const mostPeerMiB = 100;

interface Setup extends DistributionSetup {
  readonly topology: 'client-server' | 'peer-to-peer' | 'hybrid';
  readonly nodes: number;
}

// Uplinks such that all together stay below what two cores carry: the more connections, the less that is.
const setups: readonly Setup[] = [
  {
    name: 'server, 8 clients',
    topology: 'client-server',
    nodes: 8,
    sizeMiB: 16,
    uplinkKiBs: 8192,
    leastShare: 0.98,
  },
  {
    name: 'swarm, 8 peers',
    topology: 'peer-to-peer',
    nodes: 8,
    sizeMiB: 64,
    uplinkKiBs: 8192,
    leastShare: 0.85,
  },
  {
    name: 'swarm, 32 peers',
    topology: 'peer-to-peer',
    nodes: 32,
    sizeMiB: 64,
    uplinkKiBs: 512,
    leastShare: 0.85,
  },
  { name: 'swarm, 100 peers', topology: 'peer-to-peer', nodes: 100, sizeMiB: 16, uplinkKiBs: 256 },
  { name: 'hybrid, 8 clients', topology: 'hybrid', nodes: 8, sizeMiB: 64, uplinkKiBs: 8192 },
];

interface Outcome {
  readonly told: ToldDistribution;
  /** The highest working set of any peer without the file it holds, for that lies in memory here. */
  readonly peerMiB: number;
  /** From the launch of the first node until all could reach each other. */
  readonly connectedSeconds: number;
}

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const setup of setups) {
    try {
      rows.push(...(await rowsOf(setup, context)));
    } catch (thrown) {
      if (context.signal.aborted) throw thrown;
      // A swarm that is too large for the host costs its own row, not those of the others.
      const why = String(thrown).slice(0, 300);
      rows.push(missing(`distribution time, ${setup.name}`, 's', aimOf(setup), why));
    }
  }
  return rows;
}

async function rowsOf(setup: Setup, context: BenchContext): Promise<BenchRow[]> {
  const outcomes: Outcome[] = [];
  for (let repetition = 1; repetition <= context.repetitions; repetition += 1) {
    const outcome = await context.alone(async () => measure(setup, context.signal));
    outcomes.push(outcome);
    const ms = outcome.told?.distributionMs ?? null;
    const said = ms === null ? 'not measured' : `${(ms / 1000).toFixed(2)} s`;
    context.say(`  ${setup.name}, ${repetition}/${context.repetitions}: ${said}`);
  }
  const time = timeRow(
    setup,
    outcomes.map(({ told }) => told),
  );
  if (setup.topology !== 'peer-to-peer') return [time];
  return [time, memoryRow(setup, outcomes), connectedRow(setup, outcomes)];
}

async function measure(
  { topology, nodes, sizeMiB, uplinkKiBs }: Setup,
  signal: AbortSignal,
): Promise<Outcome> {
  const values = { topology, nodes, size: `${sizeMiB}MiB`, uplink: `${uplinkKiBs}KiB/s` };
  const saved = await shareFile(values, signal);
  return {
    told: distributionFacts(saved),
    peerMiB: peakBytes(saved) / MiB - sizeMiB,
    connectedSeconds: connectedAfterMs(saved) / 1000,
  };
}

function memoryRow({ name }: Setup, outcomes: readonly Outcome[]): BenchRow {
  const measured = Math.max(...outcomes.map(({ peerMiB }) => peerMiB));
  const note = 'highest of any peer, without the file itself';
  return atMost({ name: `memory of a peer, ${name}`, measured, unit: 'MiB', note }, mostPeerMiB);
}

function connectedRow({ name, nodes }: Setup, outcomes: readonly Outcome[]): BenchRow {
  const measured = median(outcomes.map(({ connectedSeconds }) => connectedSeconds));
  const note = `launch of ${nodes + 2} containers included; looked for from the start of the load on`;
  return known({ name: `start to connected network, ${name}`, measured, unit: 's', note });
}

/** NaN where it never was. */
function connectedAfterMs({ events }: SavedRun): number {
  const first = events.find(({ type }) => type === 'node-launched');
  const connected = connectedNetwork(events);
  return first === undefined || connected === null ? Number.NaN : connected.atMs - first.atMs;
}

/** NaN where nothing was sampled. */
function peakBytes({ samples }: SavedRun): number {
  const series = (samples?.panels['memory-bytes'] ?? []).filter(({ labels }) => labels['group'] === 'nodes');
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  return values.length === 0 ? Number.NaN : Math.max(...values);
}
