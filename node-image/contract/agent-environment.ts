// What `topolab-node agent` is told, and `topolab-node pipe` beside it.
import { agentPort } from './agent-protocol.ts';
import { port } from './common-variables.ts';
import { environment } from './environment.ts';
import { text, textOr } from './variables.ts';

const socket = (standard: string) => textOr('AGENT_SOCKET', () => standard);

export const agentEnvironment = environment({
  port: port('AGENT_PORT', agentPort),
  /** Unix socket of the control interface. */
  socket: socket('/tmp/agent.sock'),
  /** The name under which Prometheus can be asked through the agent; undefined = nobody may. */
  readerHost: text('READER_HOST'),
  /** The name under which a Prometheus on another host finds what it tells of its own; undefined = only one beside it does. */
  scrapeHost: text('SCRAPE_HOST'),
  /** Where the launcher mounts the host's /sys/fs/cgroup; undefined = where it is found. */
  cgroupRoot: text('CGROUP_ROOT'),
});

export const pipeEnvironment = environment({ socket: socket('/tmp/agent.sock') });

/** Another program that a pipe leads into listens at the same variable, so that the pipe finds it. */
export const reaperSocket = socket('/tmp/reaper.sock');
