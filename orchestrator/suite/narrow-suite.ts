// Some rows and columns of a suite alone. Pure.
import { ExitCode, TopolabError } from '../errors.ts';
import { instead } from '../scenario/text/suggest.ts';
import { scenariosInUse } from './check-figures.ts';
import type { Suite } from './suite.ts';

export interface Narrowing {
  /** Names of rows; none = all. */
  readonly rows: readonly string[];
  /** Names of columns; none = all. */
  readonly columns: readonly string[];
}

/**
 * Scenarios that only other rows need are left out.
 * @throws TopolabError `not-in-suite` (exit code 2) for a name that the suite does not have.
 */
export function narrowSuite(suite: Suite, { rows, columns }: Narrowing): Suite {
  const allRows = suite.rows.map(({ name }) => name);
  const allColumns = suite.columns.values;
  for (const name of rows) if (!allRows.includes(name)) throw unknown('row', name, allRows);
  for (const name of columns) if (!allColumns.includes(name)) throw unknown('column', name, allColumns);
  const isWanted = (column: string) => columns.length === 0 || columns.includes(column);
  const kept = {
    ...suite,
    rows: suite.rows.filter(({ name }) => rows.length === 0 || rows.includes(name)),
    columns: { ...suite.columns, values: allColumns.filter(isWanted) },
  };
  const used = scenariosInUse(kept);
  return {
    ...kept,
    scenarios: suite.scenarios
      .filter(({ name }) => used.has(name))
      .map((scenario) => ({
        ...scenario,
        columns: scenario.columns.filter(({ column }) => isWanted(column)),
      })),
  };
}

function unknown(what: 'row' | 'column', name: string, names: readonly string[]): TopolabError {
  return new TopolabError(`suite: it has no ${what} "${name}"; ${instead(name, names)}`, {
    code: 'not-in-suite',
    hint: `Name a ${what} as the suite does, such as --${what} "${names[0] ?? ''}".`,
    exitCode: ExitCode.usage,
  });
}
