// Who tells when a node served its first operation: the node itself where it runs Topolab's own program, else the balancer before it. Their series
// are saved in metrics.json beside the panels that people look at.
import type { Panel } from '../../../dashboards/panels/panel.ts';
import type { SavedSamples } from '../../record/samples.ts';

const byNode: Panel = {
  id: 'first-operation',
  title: 'When each node served its first operation',
  help: 'Seconds since 1970, by the version of the program that served it; 0 where it has served none yet.',
  unit: 'seconds',
  queries: [
    {
      expr: 'max by (run, group, node, version) (topolab_first_operation_timestamp_seconds{run=~"$run"})',
      legend: '{{node}} version {{version}}',
      needs: ['own-nodes'],
    },
  ],
};

const byBalancer: Panel = {
  id: 'server-answers',
  title: 'Good answers of each server so far',
  help: 'Responses with a status below 400, as the balancer counts them.',
  unit: 'count',
  queries: [
    {
      expr: 'sum by (run, server) (haproxy_server_http_responses_total{run=~"$run", code=~"[123]xx"})',
      legend: '{{server}}',
      needs: ['balancer'],
    },
  ],
};

export const serviceWitnesses: readonly Panel[] = [byNode, byBalancer];

export type Witness = 'node' | 'balancer' | 'nobody';

export interface FirstService {
  /** Milliseconds after the start of the load; null = nobody has seen one. */
  readonly atMs: number | null;
  readonly witness: Witness;
}

/**
 * @param engineStartMs offset 0 on the engine's clock, milliseconds since 1970.
 * @param version that the node must have served with, where it runs Topolab's own program; null = any.
 */
export function firstService(
  { panels }: SavedSamples,
  node: string,
  { engineStartMs, version }: { readonly engineStartMs: number; readonly version: number | null },
): FirstService {
  const told = (panels[byNode.id] ?? []).filter(({ labels }) => labels['node'] === node);
  if (told.length > 0) {
    const own = told.find(({ labels }) => version === null || labels['version'] === String(version));
    const seconds = own?.points.find(([, value]) => value > 0)?.[1];
    return { atMs: seconds === undefined ? null : seconds * 1000 - engineStartMs, witness: 'node' };
  }
  const answers = (panels[byBalancer.id] ?? []).find(({ labels }) => labels['server'] === node);
  // Others of our own programs say what they served: of one that was never asked, nobody knows that it served anything.
  const others = version === null ? 0 : (panels[byNode.id] ?? []).length;
  if (answers === undefined) return { atMs: null, witness: others > 0 ? 'node' : 'nobody' };
  return { atMs: answers.points.find(([, value]) => value > 0)?.[0] ?? null, witness: 'balancer' };
}
