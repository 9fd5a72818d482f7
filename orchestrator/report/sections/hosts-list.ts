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
    const within = clockErrorMs === undefined ? '' : ` ± ${formatValue(clockErrorMs, 'milliseconds')}`;
    const facts = [
      `${formatNumber(cpus)} CPUs`,
      formatBytes(memoryBytes),
      ...(zone === null ? [] : [`zone ${zone}`]),
      USES[use],
      ...(clockOffsetMs === undefined
        ? []
        : [`clock ${formatValue(Math.abs(clockOffsetMs), 'milliseconds')}${within} apart`]),
    ];
    return html`<div><dt>${name}</dt><dd>${facts.join(', ')}</dd></div>`;
  });
  return html`<div><h3>All hosts</h3><dl>${rows}</dl></div>`;
}

/** `box1 (generators), box2, box3`, for comparing; undefined where there was but one. */
export function hostsInWords(
  hosts: readonly Pick<RunHost, 'name' | 'use'>[] | undefined,
): string | undefined {
  return hosts
    ?.map(({ name, use = 'both' }) => (use === 'generators' ? `${name} (generators)` : name))
    .join(', ');
}
