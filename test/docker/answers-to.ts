// Who answers a node on a namespaced Swarm: all daemons are on this machine, so that it can be tried from the node's own network.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseOutcomes, tryConnections } from '../../orchestrator/faults/firewall/try-connections.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { askDaemon, type NamespacedSwarm } from './namespaced-swarm.ts';

/** Nobody listens there, which a kernel says at once: `refused`. */
const CLOSED_PORT = 1;
const WITHIN_SECONDS = 0.5;

/** @returns what comes of connections from a node to another one, and to the gateway by which it leaves the Swarm. */
export async function answersTo(
  { hosts }: Pick<NamespacedSwarm, 'hosts'>,
  node: string,
  other: string,
  events: readonly RunEvent[],
) {
  const launched = (name: string) =>
    events.flatMap((event) => (event.type === 'node-launched' && event.node === name ? [event] : []))[0];
  const asking = launched(node);
  const host = hosts.find(({ name }) => name === asking?.host);
  if (asking === undefined || host === undefined) throw new Error(`${node} is on no host`);
  const ask = async (path: string) => JSON.parse((await askDaemon(host, 'GET', path)).body) as unknown;
  const { State } = (await ask(`/containers/${asking.containerId}/json`)) as { State: { Pid: number } };
  const { IPAM } = (await ask('/networks/docker_gwbridge')) as { IPAM: { Config: { Gateway: string }[] } };
  const attempts = [launched(other)?.address ?? '', IPAM.Config[0]?.Gateway ?? ''].map((address) => ({
    address,
    port: CLOSED_PORT,
  }));
  const script = tryConnections(attempts, WITHIN_SECONDS);
  const { stdout } = await promisify(execFile)('nsenter', [
    '-t',
    String(State.Pid),
    '-n',
    'bash',
    '-c',
    script,
  ]);
  const [ofOther, ofGateway] = parseOutcomes(stdout, attempts);
  return { other: ofOther, gateway: ofGateway };
}
