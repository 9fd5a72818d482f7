// `topolab stack up`: brings the stack into being, or up to date. What is already as it should be is left alone.
import type { ContainerSpec, Engine, Network } from '../engine/engine.ts';
import { awaitStack } from './await-stack.ts';
import { requireUnused, stackStatus, type StackPartStatus, type StackStatus } from './find-stack.ts';
import {
  DEFAULT_GRAFANA_PORT,
  DEFAULT_PROMETHEUS_PORT,
  STACK,
  STACK_LABELS,
  STACK_NETWORK,
  STACK_VOLUME,
  StackLabel,
  type StackImages,
  type StackPart,
  stackSpecs,
} from './stack-specs.ts';

export interface StackUpOptions {
  /** Images that are on the engine; see ensureStackImages. */
  readonly images: StackImages;
  /** Port on loopback, default 9090. */
  readonly prometheusPort?: number;
  /** Port on loopback, default 3000. */
  readonly grafanaPort?: number;
  /** Told each step that changes something. */
  readonly onStep?: (step: string) => void;
  readonly signal?: AbortSignal;
  /** Resolves when the parts answer. Default: asks them through the agent. */
  readonly awaitReady?: (engine: Engine, status: StackStatus, signal?: AbortSignal) => Promise<void>;
}

/** How long Prometheus may take to write what it has in memory. */
export const STOP_GRACE_MS = 15_000;

/**
 * Launches what is missing, and replaces what is stopped or was made from other images, files or options. The data volume
 * is kept. Where a step fails, what this call launched is removed again.
 *
 * @throws TopolabError `port-taken` naming the port, `stack-in-use` where a part that runs depend on had to be replaced,
 *   `stack-not-ready` with the last log lines.
 */
export async function stackUp(engine: Engine, options: StackUpOptions): Promise<StackStatus> {
  const { onStep = () => {}, signal, awaitReady = awaitStack } = options;
  await using undo = new AsyncDisposableStack();
  const network = await ensureNetwork(engine, undo);
  await ensureVolume(engine, undo);
  const ports = {
    prometheus: options.prometheusPort ?? DEFAULT_PROMETHEUS_PORT,
    grafana: options.grafanaPort ?? DEFAULT_GRAFANA_PORT,
  };
  const wanted = await stackSpecs(network, options.images, ports);
  const { parts } = await stackStatus(engine);
  const isOutdated = (part: StackPartStatus) => !isCurrent(part, wanted.get(part.part));
  // Prometheus lives on the agent's network interfaces, and goes and comes with it.
  const withoutAgent = !parts.some((part) => part.part === 'agent' && !isOutdated(part));
  const outdated = parts.filter((part) => isOutdated(part) || (withoutAgent && part.part === 'prometheus'));
  const kept = new Set(parts.filter((part) => !outdated.includes(part)).map(({ part }) => part));

  await removeParts(engine, outdated, onStep);
  for (const [part, spec] of wanted) {
    if (kept.has(part)) continue;
    onStep(`start ${part}`);
    const { id } = await engine.launch(spec, signal);
    undo.defer(() => engine.remove(id));
  }
  const status = await stackStatus(engine);
  await awaitReady(engine, status, signal);
  undo.move();
  return status;
}

function isCurrent(part: StackPartStatus, wanted: ContainerSpec | undefined): boolean {
  return part.running && part.spec === wanted?.labels[StackLabel.spec];
}

async function removeParts(
  engine: Engine,
  parts: readonly StackPartStatus[],
  onStep: (step: string) => void,
): Promise<void> {
  const neededByRuns = (part: StackPart) => part === 'agent' || part === 'prometheus';
  if (parts.some(({ part, running }) => running && neededByRuns(part))) await requireUnused(engine);
  for (const { part, containerId } of parts) {
    onStep(`remove the outdated ${part}`);
    await engine.stop(containerId, STOP_GRACE_MS);
    await engine.remove(containerId);
  }
}

async function ensureNetwork(engine: Engine, undo: AsyncDisposableStack): Promise<Network> {
  const { networks } = await engine.list(STACK);
  const existing = networks.find(({ name }) => name === STACK_NETWORK);
  if (existing !== undefined) return existing;
  const network = await engine.createNetwork({ name: STACK_NETWORK, labels: STACK_LABELS });
  undo.defer(() => engine.removeNetwork(network.id));
  return network;
}

async function ensureVolume(engine: Engine, undo: AsyncDisposableStack): Promise<void> {
  const { volumes } = await engine.list(STACK);
  if (volumes.some(({ name }) => name === STACK_VOLUME)) return;
  await engine.createVolume({ name: STACK_VOLUME, labels: STACK_LABELS });
  // It is new, so it holds nothing that anybody could miss.
  undo.defer(() => engine.removeVolume(STACK_VOLUME));
}
