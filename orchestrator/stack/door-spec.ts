// The door to the stack's Prometheus: the one container whose port is published for it. It lets browsers read, and nobody write.
import { readerPort } from '../../node-image/contract/agent-protocol.ts';
import { doorEnvironment } from '../../node-image/contract/door-environment.ts';
import { type ContainerSpec, Label, type Network } from '../engine/engine.ts';
import { READER_ALIAS } from '../metrics/observers.ts';

/** Under this name Grafana's data source finds Prometheus. */
export const DOOR_ALIAS = 'prometheus';
export const DOOR_PORT = 9090;
const MEMORY_BYTES = 128 * 2 ** 20;

export function doorSpec(image: string, network: Network, port: number): ContainerSpec {
  return {
    name: 'topolab-stack-door',
    image,
    labels: {
      [Label.run]: 'stack',
      [Label.group]: 'observers',
      [Label.node]: 'door',
      [Label.role]: 'door',
    },
    env: doorEnvironment.write({
      port: DOOR_PORT,
      to: `${READER_ALIAS}:${readerPort}`,
      names: [DOOR_ALIAS],
    }),
    command: ['door'],
    cpus: null,
    memoryBytes: MEMORY_BYTES,
    hardened: true,
    network: { id: network.id, aliases: [DOOR_ALIAS] },
    publish: [{ containerPort: DOOR_PORT, hostPort: port }],
    restart: 'unless-stopped',
  };
}
