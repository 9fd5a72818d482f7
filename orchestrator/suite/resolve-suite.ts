// What people wrote, in the right form → a Suite, or all that is wrong with it by itself. What its scenarios hold is not looked at here.
import { join } from 'node:path';
import type { Problem, ProblemPath } from '../scenario/text/problem.ts';
import { instead } from '../scenario/text/suggest.ts';
import type { FigureUnit } from './figures/figure-unit.ts';
import { parseFigurePath } from './figures/figure-path.ts';
import { knownFigure, RESULTS, patternOf, type TrialCommand } from './figures/results.ts';
import type { Suite, SuiteColumn, SuiteFigure, SuiteRow, SuiteScenario } from './suite.ts';
import type { WrittenSuite } from './suite-schema.ts';

type WrittenScenario = WrittenSuite['scenarios'][string];
type WrittenFigure = WrittenSuite['rows'][string]['figures'][number];

export interface ResolveSuiteOptions {
  /** Folder of the suite file, from the current one. */
  readonly folder: string;
  readonly quick: boolean;
  /** In place of all numbers of trials. */
  readonly trials?: number | undefined;
}

/** `suite` is only of use where there are no problems. */
export function resolveSuite(
  written: WrittenSuite,
  options: ResolveSuiteOptions,
): { readonly suite: Suite; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (path: ProblemPath, message: string, at: Problem['at'] = 'value') =>
    problems.push({ path, message, at });
  checkNames(written, report);
  for (const [name, scenario] of Object.entries(written.scenarios))
    checkScenario(name, scenario, written, report);
  const scenarios = Object.entries(written.scenarios).map(([name, each]) =>
    resolveScenario(name, each, written, options),
  );
  const rows = Object.entries(written.rows).map(([name, { description, figures, notMeasured }]): SuiteRow => {
    const path = ['rows', name];
    if (figures.length === 0 && notMeasured === undefined)
      report(path, 'has no figures; write some, or say in `notMeasured` why there are none');
    if (figures.length > 0 && notMeasured !== undefined)
      report([...path, 'notMeasured'], 'stands beside figures; leave one of the two out', 'key');
    const resolved = figures.flatMap((figure, index) => {
      const place = [...path, 'figures', index];
      if (figures.findIndex((each) => each.name === figure.name) < index)
        report([...place, 'name'], `"${figure.name}" is there already; choose another name`);
      return resolveFigure(figure, written, place, report);
    });
    return { name, description, figures: resolved, notMeasured: notMeasured ?? null };
  });
  const { name, description, seed, columns, currency, assumptions } = written;
  return { suite: { name, description, seed, columns, currency, scenarios, rows, assumptions }, problems };
}

type Report = (path: ProblemPath, message: string, at?: Problem['at']) => void;

function checkNames({ columns, scenarios, rows }: WrittenSuite, report: Report): void {
  const { values } = columns;
  if (new Set(values).size < values.length)
    report(['columns', 'values'], 'has a value twice; write each once');
  if (Object.keys(scenarios).length === 0) report(['scenarios'], 'is empty; name a scenario');
  if (Object.keys(rows).length === 0) report(['rows'], 'is empty; write a row');
  for (const [name, scenario] of Object.entries(scenarios)) {
    for (const column of Object.keys(scenario.columns)) {
      if (!values.includes(column))
        report(
          ['scenarios', name, 'columns', column],
          `is no column of this suite; ${instead(column, values)}`,
          'key',
        );
    }
  }
}

/** What it is told of its columns: each has its own value of the parameter, and at least one is measured. */
function checkScenario(
  name: string,
  { parameter, set, quick, columns }: WrittenScenario,
  suite: WrittenSuite,
  report: Report,
): void {
  const path = ['scenarios', name];
  const varied = parameter ?? suite.columns.parameter;
  const sets: [ProblemPath, WrittenScenario['set'] | undefined][] = [
    [[...path, 'set'], set],
    [[...path, 'quick', 'set'], quick.set],
    ...Object.entries(columns).map(([column, own]): [ProblemPath, typeof own.set] => [
      [...path, 'columns', column, 'set'],
      own.set,
    ]),
  ];
  for (const [place, values] of sets)
    if (values !== undefined && Object.hasOwn(values, varied))
      report([...place, varied], 'makes the columns, each of which has its own value; leave it out', 'key');
  for (const [column, own] of Object.entries(columns))
    if (own.set !== undefined && own.notMeasured !== undefined)
      report(
        [...path, 'columns', column, 'set'],
        'stands beside `notMeasured`, by which nothing is run; leave one of them out',
        'key',
      );
  if (suite.columns.values.every((column) => ownOf(columns, column)?.notMeasured !== undefined))
    report(path, 'is measured in no column; leave it out, or `notMeasured` of a column', 'key');
}

/** Columns may be called as what every object has. */
function ownOf(columns: WrittenScenario['columns'], column: string) {
  return Object.hasOwn(columns, column) ? columns[column] : undefined;
}

function resolveScenario(
  name: string,
  written: WrittenScenario,
  suite: WrittenSuite,
  { folder, quick, trials }: ResolveSuiteOptions,
): SuiteScenario {
  const parameter = written.parameter ?? suite.columns.parameter;
  const columns = suite.columns.values.map((column): SuiteColumn => {
    const own = ownOf(written.columns, column);
    const values = { ...written.set, ...own?.set, ...(quick ? written.quick.set : {}), [parameter]: column };
    return {
      column,
      set: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
      notMeasured: own?.notMeasured ?? (quick ? written.quick.notMeasured : undefined) ?? null,
    };
  });
  const usual = quick ? (written.quick.trials ?? 1) : (written.trials ?? suite.trials);
  return {
    name,
    file: join(folder, written.file),
    command: written.command,
    trials: trials ?? usual,
    columns,
  };
}

/** None where something is wrong with it. */
function resolveFigure(
  written: WrittenFigure,
  suite: WrittenSuite,
  path: ProblemPath,
  report: Report,
): SuiteFigure[] {
  const { name, scenario, figure, sum, dividedBy, times = 1 } = written;
  const commandOf = (of: string, at: ProblemPath): TrialCommand | undefined => {
    const found = Object.hasOwn(suite.scenarios, of) ? suite.scenarios[of] : undefined;
    if (found === undefined)
      report(at, `"${of}" is no scenario of this suite; ${instead(of, Object.keys(suite.scenarios))}`);
    return found?.command;
  };
  const command = commandOf(scenario, [...path, 'scenario']);
  if ((figure === undefined) === (sum === undefined))
    report(
      path,
      figure === undefined
        ? 'has neither `figure` nor `sum`; write one'
        : 'has `figure` and `sum`; leave one out',
    );
  if (sum !== undefined && Object.keys(sum).length === 0)
    report([...path, 'sum'], 'is empty; write figures with their factors');
  if (times === 0)
    report([...path, 'times'], 'makes 0 of every figure; write another factor, or leave it out');
  const terms =
    figure === undefined
      ? Object.entries(sum ?? {}).map(([text, factor]) => ({
          path: text,
          factor: factor * times,
          at: [...path, 'sum', text],
        }))
      : [{ path: figure, factor: times, at: [...path, 'figure'] }];
  const known = terms.map(({ path: text, at }) =>
    command === undefined ? undefined : checkPath(text, command, at, report),
  );
  const divisor =
    dividedBy === undefined ? null : { scenario: dividedBy.scenario ?? scenario, path: dividedBy.figure };
  if (divisor !== null) {
    const of = commandOf(divisor.scenario, [...path, 'dividedBy', 'scenario']);
    if (of !== undefined) checkPath(divisor.path, of, [...path, 'dividedBy', 'figure'], report);
  }
  // Of what was computed from several figures nobody knows unit and direction.
  const only = figure !== undefined && divisor === null && times === 1 ? known[0] : undefined;
  const unit: FigureUnit | undefined = written.unit ?? only?.unit ?? undefined;
  const better = written.better ?? only?.better ?? undefined;
  if (written.unit !== undefined && only?.unit != null && written.unit !== only.unit)
    report([...path, 'unit'], `is not what the figure is in; write ${only.unit}, or leave it out`);
  const isKnown = command !== undefined && known.every((each) => each !== undefined);
  if (isKnown && unit === undefined) report(path, 'has no unit; write `unit`');
  if (isKnown && better === undefined)
    report(path, 'is neither better lower nor higher; write `better: lower` or `better: higher`');
  if (unit === undefined || better === undefined) return [];
  return [
    {
      name,
      scenario,
      terms: terms.map(({ path: text, factor }) => ({ path: text, factor })),
      dividedBy: divisor,
      missing: written.missing ?? null,
      unit,
      better,
    },
  ];
}

function checkPath(text: string, command: TrialCommand, at: ProblemPath, report: Report) {
  const path = parseFigurePath(text);
  if ('problem' in path) {
    report(at, path.problem);
    return undefined;
  }
  const known = knownFigure(command, path);
  if (known === undefined) {
    const all = RESULTS[command].figures.map((each) => each.path);
    report(
      at,
      `${RESULTS[command].file} of ${WORDS[command]} has no figure "${patternOf(path)}"; ${instead(patternOf(path), all)}`,
    );
  }
  return known;
}

const WORDS: Readonly<Record<TrialCommand, string>> = {
  run: 'a run',
  failures: 'a failure study',
  capacity: 'a capacity study',
};
