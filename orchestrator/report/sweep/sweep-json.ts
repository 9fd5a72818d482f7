// report.json of a sweep: what its runs come to together, for programs. Fields are only ever added; a change of meaning raises schemaVersion.
import { compareSeries } from './sweep-comparison.ts';
import { estimateOf, type SweepFacts, trialsOf } from './sweep-facts.ts';
import { sweepFindings } from './sweep-words.ts';

/** null means "not measured", never zero. */
export function sweepJson(facts: SweepFacts): unknown {
  const { sweep, startedAt, scenario, varied, axis, series, places, planned } = facts;
  const comparisons = compareSeries(facts);
  return {
    schemaVersion: 1,
    sweep,
    startedAt,
    scenario,
    varied,
    axis,
    planned,
    runs: facts.rows.map(({ swept, outcome, counts, x, ...row }) => ({
      ...swept,
      outcome,
      counts,
      series: row.series,
      place: x,
      figures: row.figures,
      atLeast: row.atLeast,
    })),
    figures: facts.figures.map(({ id, title, unit, better, isCost = false }) => ({
      id,
      title,
      unit,
      better,
      isCost,
      cells: series.flatMap((name) =>
        places.map((place) => {
          const trials = trialsOf(facts, name, place, id);
          const estimate = estimateOf(trials);
          return {
            series: name,
            place,
            trials,
            mean: estimate?.mean ?? null,
            interval: estimate?.interval ?? null,
          };
        }),
      ),
      rankings: comparisons.find(({ figure }) => figure.id === id)?.rankings ?? [],
    })),
    ...sweepFindings(facts, comparisons),
  };
}
