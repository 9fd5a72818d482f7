// The door to the stack's Prometheus: the one container whose port is published for it. It lets browsers read, and nobody write.
import { type ContainerSpec, Label, type Network } from '../engine/engine.ts';
import { READER_ALIAS, READER_PORT } from '../metrics/observers.ts';

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
    env: {
      PORT: String(DOOR_PORT),
      DOOR_TO: `${READER_ALIAS}:${READER_PORT}`,
      DOOR_NAMES: DOOR_ALIAS,
    },
    command: ['door'],
    cpus: null,
    memoryBytes: MEMORY_BYTES,
    hardened: true,
    network: { id: network.id, aliases: [DOOR_ALIAS] },
    publish: [{ containerPort: DOOR_PORT, hostPort: port }],
    restart: 'unless-stopped',
  };
}
