// Waits until a node is ready for work, by the probe its group asks for.
import type { AgentClient } from '../../agent/agent-client.ts';
import type { Containers } from '../../cluster/containers.ts';
import type { RunningContainer } from '../../engine/engine.ts';
import { TopolabError } from '../../errors.ts';
import type { Readiness } from '../../scenario/groups/group.ts';
import type { OpenLines } from './open-lines.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';

export interface ReadinessContext {
  readonly containers: Pick<Containers, 'inspect' | 'logs' | 'followLogs' | 'wait'>;
  readonly agent: Pick<AgentClient, 'probe'>;
  /** Hears what the node writes, where it is its log that is looked at. */
  readonly openLines: OpenLines;
  /** Aborts when the run is interrupted, or the container has exited, unless that is what is waited for. */
  readonly signal: AbortSignal;
}

/** One attempt of the agent takes 2 s at most. */
const ANSWER_WITHIN_MS = 2500;
/** The engine is asked this often what a node's HEALTHCHECK says. */
const HEALTH_EVERY_MS = 200;
const NO_HEALTHCHECK = 'the image has no HEALTHCHECK';

/** Resolves when the node is ready. Fails with `node-not-ready` and the node's last log lines. */
export async function awaitReady(
  node: string,
  container: RunningContainer,
  readiness: Readiness,
  context: ReadinessContext,
): Promise<void> {
  // The agent watches the time by itself, and says at the end what it saw last: that is worth waiting for.
  const asksAgent = readiness.probe.kind === 'http' || readiness.probe.kind === 'tcp';
  const timeoutMs = patient(readiness.timeoutMs);
  const limit = AbortSignal.timeout(timeoutMs + (asksAgent ? patient(ANSWER_WITHIN_MS) : 0));
  const signal = AbortSignal.any([context.signal, limit]);
  let lastSeen = '';
  try {
    lastSeen = await probeUntilReady(container, { ...readiness, timeoutMs }, { ...context, signal });
    // One that answered and exited at once is not ready.
    if (lastSeen === '' && !context.signal.aborted) return;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const state = await context.containers.inspect(container.id);
  // An interruption is told apart from a node that failed by the container's state.
  if (state?.running === true && context.signal.aborted && !limit.aborted) throw context.signal.reason;
  throw await notReady(node, container, { ...readiness, timeoutMs }, context.containers, lastSeen);
}

/** '' once ready, else what was seen last. */
async function probeUntilReady(
  container: RunningContainer,
  { probe, timeoutMs }: Readiness,
  { containers, agent, openLines, signal }: ReadinessContext,
): Promise<string> {
  switch (probe.kind) {
    case 'http':
    case 'tcp': {
      const answer = await agent.probe(probe, container.address, timeoutMs, signal);
      return answer.ready ? '' : answer.lastError;
    }
    case 'log': {
      const matched = await matches(container.id, new RegExp(probe.pattern), {
        containers,
        openLines,
        signal,
      });
      return matched ? '' : `no log line matched /${probe.pattern}/`;
    }
    case 'running':
      await pause(probe.forMs, signal).catch(() => {});
      return signal.aborted ? `it has not run for ${probe.forMs / 1000} s` : '';
    case 'completed':
      return (await containers.wait(container.id, signal)) === 0 ? '' : 'it has to end with 0';
    case 'health':
      for (;;) {
        const state = await containers.inspect(container.id);
        if (state?.health === 'healthy') return '';
        if (state?.running === true && state.health === 'none') return NO_HEALTHCHECK;
        if (signal.aborted || state?.running !== true) return `health is ${state?.health ?? 'unknown'}`;
        await pause(HEALTH_EVERY_MS, signal).catch(() => {});
      }
  }
}

/** True when a line matches, also one that has not ended; false when the container has ended without it, or the signal aborts. */
async function matches(
  id: string,
  pattern: RegExp,
  { containers, openLines, signal }: Omit<ReadinessContext, 'agent'>,
): Promise<boolean> {
  const found = new AbortController();
  const lasting = AbortSignal.any([signal, found.signal]);
  const inLog = async (): Promise<boolean> => {
    for await (const line of containers.followLogs(id, lasting)) if (pattern.test(line)) return true;
    return false;
  };
  try {
    const logged = inLog();
    const open = openLines.until(pattern, lasting);
    return await Promise.race([
      logged,
      open.then(
        () => true,
        () => logged,
      ),
    ]);
  } finally {
    found.abort();
  }
}

async function notReady(
  node: string,
  container: RunningContainer,
  { probe, timeoutMs }: Readiness,
  containers: Pick<Containers, 'inspect' | 'logs'>,
  lastSeen: string,
): Promise<TopolabError> {
  const state = await containers.inspect(container.id);
  const logs = (await containers.logs(container.id, { tailLines: 15 })).trimEnd();
  // No wait was too short for that.
  if (lastSeen === NO_HEALTHCHECK) {
    return new TopolabError(
      `start node ${node}: its image has no HEALTHCHECK that \`health\` could wait for`,
      {
        code: 'node-not-ready',
        hint: 'Add a HEALTHCHECK to the image, or wait for `http`, `tcp` or `log` in `ready` of its group.',
      },
    );
  }
  const must = probe.kind === 'completed' ? '; it has to end with 0' : ' before it was ready';
  const ended =
    state?.running === true
      ? `not ready within ${timeoutMs / 1000} s (${probe.kind} probe${lastSeen === '' ? '' : `: ${lastSeen}`})`
      : `it exited with code ${state?.exitCode ?? 'unknown'}${state?.outOfMemory === true ? ', out of memory' : ''}${must}`;
  const lines = logs === '' ? '  (it wrote no log)' : logs.replaceAll(/^/gm, '  | ');
  return new TopolabError(`start node ${node}: ${ended}\n${lines}`, {
    code: 'node-not-ready',
    hint: "These are the node's last log lines; the run folder keeps the rest under logs/. Check `ready`, `image` and `env` of its group.",
  });
}
