// Container events from Docker's event stream, from the moment of the call on. A stream that drops is opened again from
// where it ended, so that nothing is missed, and what comes twice is dropped.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ContainerEvent, Labels } from '../engine.ts';
import type { Daemon } from './daemon.ts';
import { jsonLines } from './json-lines.ts';
import { untilAborted } from './logs.ts';

const reconnectPauseMs = 500;
/** Latest events remembered in order to know them when they come again. */
const rememberedEvents = 1_000;

const kinds = { start: 'started', die: 'exited', oom: 'out-of-memory' } as const;

const DockerEvent = z.object({
  Action: z.enum(['start', 'die', 'oom']),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
  timeNano: z.number(),
});
type DockerEvent = z.infer<typeof DockerEvent>;

const EngineTime = z.object({ SystemTime: z.string() });

/** See `Engine.watch`. */
export async function watch(
  daemon: Daemon,
  labels: Labels,
  onEvent: (event: ContainerEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const stop = AbortSignal.any([signal, daemon.closed]);
  if (stop.aborted) return;
  // The daemon's own time: the stream begins to be heard a little after its answer, and `since` closes the gap.
  let sinceMs = Date.parse(EngineTime.parse(await daemon.docker.info()).SystemTime);
  const open = (): Promise<NodeJS.ReadableStream> => openEvents(daemon, labels, sinceMs);
  const first = await open();
  const known = new Set<string>();

  const listen = async (): Promise<void> => {
    let stream: NodeJS.ReadableStream | undefined = first;
    while (!stop.aborted) {
      if (stream !== undefined) {
        for await (const event of untilDropped(stream, stop)) {
          if (stop.aborted) return;
          sinceMs = Math.floor(event.timeNano / 1e6);
          if (remember(known, event)) onEvent(toContainerEvent(event));
        }
      }
      if (stop.aborted) return;
      await sleep(reconnectPauseMs, undefined, { signal: stop }).catch(() => undefined);
      stream = stop.aborted ? undefined : await open().catch(() => undefined);
    }
  };
  // Not awaited: the call returns once events are heard. An error in onEvent is a bug and surfaces as one.
  void listen();
}

async function openEvents(daemon: Daemon, labels: Labels, sinceMs: number): Promise<NodeJS.ReadableStream> {
  const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const filters = JSON.stringify({ type: ['container'], event: Object.keys(kinds), label });
  return daemon.docker.getEvents({ since: sinceMs / 1_000, filters });
}

async function* untilDropped(stream: NodeJS.ReadableStream, stop: AbortSignal): AsyncGenerator<DockerEvent> {
  try {
    for await (const line of jsonLines(untilAborted(stream, stop))) yield DockerEvent.parse(line);
  } catch {
    // Dropped in mid-line or by a reset: the same as an end.
  }
}

/** False where it was known already. */
function remember(known: Set<string>, event: DockerEvent): boolean {
  const key = `${event.timeNano} ${event.Action} ${event.Actor.ID}`;
  if (known.has(key)) return false;
  known.add(key);
  const [oldest] = known;
  if (known.size > rememberedEvents && oldest !== undefined) known.delete(oldest);
  return true;
}

function toContainerEvent({ Action: action, Actor: actor, timeNano }: DockerEvent): ContainerEvent {
  // Docker mixes facts of its own among the container's labels.
  const {
    image: _image,
    name: _name,
    signal: _signal,
    execDuration: _ran,
    exitCode,
    ...labels
  } = actor.Attributes;
  return {
    kind: kinds[action],
    containerId: actor.ID,
    labels,
    exitCode: action === 'die' && exitCode !== undefined ? Number(exitCode) : null,
    atMs: timeNano / 1e6,
  };
}
