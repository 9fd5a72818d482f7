// The container of the canaries: on the run's network, where it asks nodes as any user would, and on the observers' one, where it is told.
import { canaryEnvironment } from '../../node-image/contract/canary-environment.ts';
import { type ContainerSpec, Label, type Labels } from '../engine/engine.ts';
import { observersAlias } from '../metrics/observers-network.ts';

export const CANARY = 'canary';
/** Twenty users at a hundred nodes take a third of it. */
const MEMORY_BYTES = 192 * 2 ** 20;
/** An equal share among a hundred nodes that fill the host would make it late. */
const CPU_WEIGHT = 20;

export interface CanarySpecOptions {
  readonly run: string;
  readonly image: string;
  readonly labels: Labels;
  readonly networkId: string;
  readonly observersId: string;
}

export function canarySpec({ run, image, labels, networkId, observersId }: CanarySpecOptions): ContainerSpec {
  const host = observersAlias(CANARY);
  return {
    name: `topolab-${run}-${CANARY}`,
    image,
    labels: { ...labels, [Label.group]: 'observers', [Label.node]: CANARY, [Label.role]: CANARY },
    env: canaryEnvironment.write({ host }),
    command: [CANARY],
    cpus: null,
    cpuWeight: CPU_WEIGHT,
    memoryBytes: MEMORY_BYTES,
    hardened: true,
    network: { id: networkId, aliases: [CANARY] },
    alsoIn: [{ id: observersId, aliases: [host] }],
  };
}
