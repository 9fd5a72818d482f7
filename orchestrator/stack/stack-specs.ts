// What the stack consists of: an agent, a Prometheus, the door to it and a Grafana. They outlive runs, so that people compare runs.
import { createHash } from 'node:crypto';
import { type ContainerSpec, Label, type Labels, type Network } from '../engine/engine.ts';
import { agentSpec, prometheusSpec } from '../metrics/observers.ts';
import { doorSpec } from './door-spec.ts';
import { grafanaSpec } from './grafana-spec.ts';

/** Stands in labels where other resources have their run's id. */
export const STACK = 'stack';
export const STACK_NETWORK = 'topolab-stack';
/** Prometheus' data. The only part that `topolab stack down` keeps. */
export const STACK_VOLUME = 'topolab-stack-prometheus';
export const STACK_LABELS: Labels = { [Label.run]: STACK };

export const DEFAULT_PROMETHEUS_PORT = 9090;
export const DEFAULT_GRAFANA_PORT = 3000;

export const STACK_PARTS = ['agent', 'prometheus', 'door', 'grafana'] as const;

export type StackPart = (typeof STACK_PARTS)[number];

/** What later commands must know about a container and can't read from the engine. */
export const StackLabel = {
  /** Hash of what the container was made from: another one means that `up` replaces it. */
  spec: 'topolab.stack.spec',
  image: 'topolab.stack.image',
  /** Port on loopback. */
  port: 'topolab.stack.port',
} as const;

export interface StackImages {
  readonly node: string;
  readonly prometheus: string;
  /** Undefined if it is not available: the stack then runs without Grafana. */
  readonly grafana: string | undefined;
}

export interface StackPorts {
  /** Ports on loopback, 1 to 65535. */
  readonly prometheus: number;
  readonly grafana: number;
}

/** The containers of a stack, by part. */
export async function stackSpecs(
  network: Network,
  images: StackImages,
  ports: StackPorts,
): Promise<ReadonlyMap<StackPart, ContainerSpec>> {
  const observers = {
    networks: [network],
    run: STACK,
    images,
    volume: STACK_VOLUME,
    readers: true,
    restart: 'unless-stopped',
  } as const;
  const specs = new Map<StackPart, ContainerSpec>([
    ['agent', labelled(agentSpec(observers), undefined)],
    ['prometheus', labelled(prometheusSpec(observers), undefined)],
    ['door', labelled(doorSpec(images.node, network, ports.prometheus), ports.prometheus)],
  ]);
  if (images.grafana !== undefined) {
    const grafana = await grafanaSpec(images.grafana, network, ports.grafana);
    specs.set('grafana', labelled(grafana, ports.grafana));
  }
  return specs;
}

function labelled(spec: ContainerSpec, port: number | undefined): ContainerSpec {
  const labels = {
    ...spec.labels,
    [StackLabel.spec]: createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16),
    [StackLabel.image]: spec.image,
    ...(port === undefined ? {} : { [StackLabel.port]: String(port) }),
  };
  return { ...spec, labels };
}
