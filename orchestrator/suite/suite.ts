// A suite, checked and with its defaults filled in: what is run for each column, and which figure each cell of the chart shows.
import type { TrialCommand } from './figures/results.ts';
import type { FigureUnit } from './figures/figure-unit.ts';

export interface Suite {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly columns: { readonly parameter: string; readonly values: readonly string[] };
  readonly currency: string;
  readonly scenarios: readonly SuiteScenario[];
  readonly rows: readonly SuiteRow[];
  readonly assumptions: readonly string[];
}

export interface SuiteScenario {
  readonly name: string;
  /** As the suite names it, from the current folder. */
  readonly file: string;
  readonly command: TrialCommand;
  readonly trials: number;
  /** In the order of the suite's columns. */
  readonly columns: readonly SuiteColumn[];
}

export interface SuiteColumn {
  readonly column: string;
  /** The column's own value included. */
  readonly set: Readonly<Record<string, string>>;
  /** Why nothing is run for it; null = it is measured. */
  readonly notMeasured: string | null;
}

export interface SuiteRow {
  readonly name: string;
  readonly description: string;
  readonly figures: readonly SuiteFigure[];
  readonly notMeasured: string | null;
}

export interface SuiteFigure {
  readonly name: string;
  /** Name of the scenario in the suite. */
  readonly scenario: string;
  /** Paths and what each is multiplied by before they are added up. */
  readonly terms: readonly { readonly path: string; readonly factor: number }[];
  readonly dividedBy: { readonly scenario: string; readonly path: string } | null;
  /** What it says where trials do not have the figure; null = it is not measured. */
  readonly missing: string | null;
  readonly unit: FigureUnit;
  readonly better: 'lower' | 'higher';
}
