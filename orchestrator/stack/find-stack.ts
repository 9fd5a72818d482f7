// What there is of a stack on an engine, found by labels: nothing about it is kept anywhere else.
import { type Engine, Label, type Leftovers } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import { STACK, STACK_PARTS, STACK_VOLUME, StackLabel, type StackPart } from './stack-specs.ts';

/** A stack that runs can use: connect the agent to the run's networks. */
export interface Stack {
  readonly agentId: string;
  /** The node image of the agent. Where it differs from the one of today, `topolab stack up` brings the stack up to date. */
  readonly nodeImage: string;
}

export interface StackPartStatus {
  readonly part: StackPart;
  readonly containerId: string;
  readonly running: boolean;
  readonly image: string;
  /** Hash of what it was made from. */
  readonly spec: string;
  /**
   * Where people find it: on loopback of the engine's host, which for an engine elsewhere is not this machine's (see `StackStatus.host`).
   * Undefined for the agent and the door, which have no page.
   */
  readonly url: string | undefined;
}

export interface StackStatus {
  /** `partly`: a part other than Grafana is missing, stopped or cut off; `topolab stack up` mends it. */
  readonly state: 'up' | 'partly' | 'down';
  readonly parts: readonly StackPartStatus[];
  /** The host on whose loopback the parts listen; null = this one. */
  readonly host: string | null;
  /** The volume with the data of earlier runs, where there is one. */
  readonly volume: string | undefined;
}

export async function stackStatus(engine: Engine): Promise<StackStatus> {
  const found = await engine.list(STACK);
  const parts: StackPartStatus[] = [];
  for (const part of STACK_PARTS) {
    const container = found.containers.find(({ labels }) => labels[Label.role] === part);
    if (container !== undefined) parts.push(await partStatus(engine, part, container));
  }
  const working = parts.filter(({ part, running }) => running && part !== 'grafana').length;
  return {
    state: parts.length === 0 ? 'down' : working === STACK_PARTS.length - 1 ? 'up' : 'partly',
    parts: withPage(parts),
    host: engine.reach.host,
    volume: found.volumes.find(({ name }) => name === STACK_VOLUME)?.name,
  };
}

/** The stack, where one is up: its agent and Prometheus both run. */
export async function findStack(engine: Engine): Promise<Stack | undefined> {
  const { state, parts } = await stackStatus(engine);
  const agent = parts.find(({ part }) => part === 'agent');
  if (state !== 'up' || agent === undefined) return undefined;
  return { agentId: agent.containerId, nodeImage: agent.image };
}

/** Prometheus' page is behind the door, which has none of its own. */
function withPage(parts: readonly StackPartStatus[]): StackPartStatus[] {
  const url = parts.find(({ part }) => part === 'door')?.url;
  return parts.map((each) => {
    if (each.part === 'prometheus') return { ...each, url };
    return each.part === 'door' ? { ...each, url: undefined } : each;
  });
}

/**
 * Fails with `stack-in-use` while runs are measured by the stack: taking it away would end their measurement. Runs that have an agent of their own here
 * don't count: they are measured by a Prometheus of their own, or on another host of a Swarm.
 */
export async function requireUnused(engine: Engine): Promise<void> {
  const { containers } = await engine.list();
  const runs = new Set<string>();
  const ownAgent = new Set<string>();
  for (const { labels } of containers) {
    const run = labels[Label.run];
    if (run === undefined || run === STACK) continue;
    runs.add(run);
    if (labels[Label.role] === 'agent') ownAgent.add(run);
  }
  const using = [...runs.difference(ownAgent)];
  if (using.length === 0) return;
  throw new TopolabError(`change the stack: in use by ${using.join(', ')}`, {
    code: 'stack-in-use',
    hint: 'Wait until the run has ended, or remove what a dead run left with `topolab clean`.',
  });
}

async function partStatus(
  engine: Engine,
  part: StackPart,
  { id, labels }: Leftovers['containers'][number],
): Promise<StackPartStatus> {
  const state = await engine.inspect(id);
  const port = labels[StackLabel.port];
  return {
    part,
    containerId: id,
    running: state?.running ?? false,
    image: labels[StackLabel.image] ?? '',
    spec: labels[StackLabel.spec] ?? '',
    url: port === undefined ? undefined : `http://127.0.0.1:${port}`,
  };
}
