// The container that removes a run whose orchestrator is gone (node-image/reaper/): wherever the orchestrator ran, and also where
// the engine or its host were restarted meanwhile. It alone holds the engine's socket, and no network leads to it.
import { reaperEnvironment } from '../../../node-image/contract/reaper-environment.ts';
import { type ContainerSpec, Label, type Labels } from '../../engine/engine.ts';
import { REAPER_ROLE } from '../../engine/remove-leftovers.ts';
import { patient } from '../../patience.ts';

const SILENCE_MS = 15_000;

/** Longest that nobody may speak to the reaper; then the run counts as given up, on both sides. Milliseconds. */
export function longestSilence(): number {
  return patient(SILENCE_MS);
}

const ENGINE_SOCKET = '/engine.sock';
/** Two small Node programs: the reaper, and the end of the stream into it. */
const MEMORY_BYTES = 192 * 2 ** 20;

/**
 * @param labels the run's own, its owner among them.
 * @param host name of the host that it runs on, and removes from.
 * @param spansHosts whether the run is on several.
 */
export function reaperSpec(
  run: string,
  image: string,
  labels: Labels,
  host: string,
  spansHosts: boolean,
): ContainerSpec {
  return {
    name: `topolab-${run}-reaper`,
    image,
    command: ['reaper'],
    labels: {
      ...labels,
      [Label.run]: run,
      [Label.group]: 'observers',
      [Label.node]: REAPER_ROLE,
      [Label.role]: REAPER_ROLE,
    },
    env: reaperEnvironment.write({
      hosts: [{ name: host, socket: ENGINE_SOCKET }],
      // Written out, for the pipe into it reads it too.
      socket: '/tmp/reaper.sock',
      label: `${Label.run}=${run}`,
      spansHosts,
      silenceMs: longestSilence(),
    }),
    cpus: null,
    // Among nodes that fill the host, a reaper that gets no CPU would take its orchestrator for dead.
    cpuWeight: 20,
    memoryBytes: MEMORY_BYTES,
    hardened: true,
    // The socket's owner.
    user: '0:0',
    engineSocket: ENGINE_SOCKET,
    restart: 'unless-stopped',
  };
}
