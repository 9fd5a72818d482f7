// chart.json: a suite's chart for programs. Fields are only ever added; a change of meaning raises schemaVersion.
import type { SavedSuite } from '../../suite/read-suite.ts';
import { remarks, rowFinding } from './suite-words.ts';

/** A cell that is not measured says why; it is never zero. */
export function suiteJson(saved: SavedSuite): unknown {
  const { run, chart } = saved;
  const { id, startedAtMs, file, quick, suite } = run;
  return {
    schemaVersion: 1,
    suite: id,
    name: suite.name,
    description: suite.description,
    startedAt: new Date(startedAtMs).toISOString(),
    file,
    quick,
    seed: suite.seed,
    currency: suite.currency,
    parameter: suite.columns.parameter,
    columns: chart.columns,
    rows: chart.rows.map(({ figures, ...row }) => ({
      ...row,
      finding: rowFinding({ ...row, figures }, suite.currency),
      figures: figures.map(({ cells, ...figure }) => ({
        ...figure,
        cells: cells.map((cell, index) => ({ column: chart.columns[index], ...cell })),
      })),
    })),
    trials: { ended: chart.ended, invalid: chart.invalid, missing: chart.missing, tookMs: chart.tookMs },
    remarks: remarks(saved),
    assumptions: suite.assumptions,
  };
}
