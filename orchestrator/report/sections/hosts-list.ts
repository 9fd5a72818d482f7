// Which hosts there were where there were several, and what came to each.
import { formatBytes, formatNumber, formatValue } from '../../format/format-value.ts';
import type { RunHost } from '../../record/event.ts';
import { type Html, html } from '../page/html.ts';

const USES = { nodes: 'nodes', generators: 'generators', both: 'nodes and generators' };

/** Null where there was but one. */
export function hostsList(
  hosts: readonly (Omit<RunHost, 'clockOffsetMs'> & Partial<RunHost>)[] | undefined,
): Html | null {
  if (hosts === undefined) return null;
  const rows = hosts.map(({ name, zone, cpus, memoryBytes, clockOffsetMs, clockErrorMs, use = 'both' }) => {
    const facts = [
      `${formatNumber(cpus)} CPUs`,
      formatBytes(memoryBytes),
      ...(zone === null ? [] : [`zone ${zone}`]),
      USES[use],
      ...(clockOffsetMs === undefined ? [] : [clockWords(clockOffsetMs, clockErrorMs)]),
    ];
    return html`<div><dt>${name}</dt><dd>${facts.join(', ')}</dd></div>`;
  });
  return html`<div><h3>All hosts</h3><dl>${rows}</dl></div>`;
}

/** `clock 3 s ± 2 ms behind the orchestrator's`. */
function clockWords(offsetMs: number, errorMs: number | undefined): string {
  const within = errorMs === undefined ? '' : ` ± ${formatValue(errorMs, 'milliseconds')}`;
  const apart = `${formatValue(Math.abs(offsetMs), 'milliseconds')}${within}`;
  return `clock ${apart} ${offsetMs < 0 ? 'behind' : 'ahead of'} the orchestrator's`;
}

/** `box1 (generators), box2, box3`, for comparing; undefined where there was but one. */
export function hostsInWords(
  hosts: readonly Pick<RunHost, 'name' | 'use'>[] | undefined,
): string | undefined {
  return hosts
    ?.map(({ name, use = 'both' }) => (use === 'generators' ? `${name} (generators)` : name))
    .join(', ');
}
