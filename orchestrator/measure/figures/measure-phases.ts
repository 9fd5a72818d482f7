// The figures of every phase, over all loads together, and the nodes that stood at its end.
import type { Phase } from '../../scenario/timeline/timeline.ts';
import type { PhaseFigures, Saturation } from './figures.ts';
import { measureFigures } from './measure-figures.ts';
import type { Readings, Stretch } from '../readings/readings.ts';

/** A phase, and the window by whose label its requests are told. */
export type PhaseStretch = Phase & Stretch;

/** @param saturated phase → what ran out first within it, from findSaturations. */
export async function measurePhases(
  phases: readonly PhaseStretch[],
  readings: Readings,
  saturated: Readonly<Record<string, Saturation | null>> = {},
): Promise<readonly PhaseFigures[]> {
  const figures: PhaseFigures[] = [];
  for (const phase of phases) {
    const [measured, nodes] = await Promise.all([
      measureFigures(null, phase, readings),
      nodesAt(phase.endMs, readings),
    ]);
    figures.push({ phase: phase.name, ...measured, nodes, saturated: saturated[phase.name] ?? null });
  }
  return figures;
}

async function nodesAt(offsetMs: number, { client, context }: Readings): Promise<Record<string, number>> {
  const nodes = `topolab_group_nodes{run="${context.run}",state="ready"}`;
  // The phase does not include its end, at which the next one's actions begin.
  const atSeconds = (context.startMs + offsetMs - 1) / 1000;
  const found = await client.queryInstant(`sum by (group) (last_over_time(${nodes}[5s]))`, atSeconds);
  return Object.fromEntries(found.map(({ labels, value }) => [labels['group'] ?? '', value]));
}
