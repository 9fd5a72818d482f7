// What `topolab-node reaper` is told.
import { reaperSocket } from './agent-environment.ts';
import { environment } from './environment.ts';
import { hostSockets } from './host-sockets.ts';
import { flag, number, requiredText } from './variables.ts';

export const reaperEnvironment = environment({
  /** Where the stream from the orchestrator comes in. */
  socket: reaperSocket,
  /** `topolab.run=ID`: it removes whatever carries this. */
  label: requiredText('REAPER_LABEL', 'topolab.run=ID'),
  /** Where the run's containers are; its own host first. */
  hosts: hostSockets('REAPER_HOSTS'),
  /** Whether networks of the run span hosts of a Swarm. */
  spansHosts: flag('REAPER_SPANS_HOSTS'),
  /** Longest that nobody may speak to it. */
  silenceMs: number('REAPER_SILENCE_MS', { default: 15_000, min: 100, max: 3_600_000 }),
  /** The same once a stream has ended. */
  endedMs: number('REAPER_ENDED_MS', { default: 2_000, min: 0, max: 3_600_000 }),
});
