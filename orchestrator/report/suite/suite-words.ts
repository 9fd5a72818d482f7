// What a suite came to, in words: who is ahead on which row, by how much, beyond chance or not, and what it took to say so. Pure.
import {
  type Cell,
  type Chart,
  type ChartFigure,
  type ChartRow,
  isScarce,
  type MeasuredCell,
  unmeasuredIn,
} from '../../suite/chart.ts';
import type { SavedSuite } from '../../suite/read-suite.ts';
import { formatFigure } from '../../suite/figures/figure-unit.ts';
import type { SuiteScenario } from '../../suite/suite.ts';
import { ExitCode } from '../../errors.ts';
import { counted, formatDuration } from '../../format/format-value.ts';
import { writeDuration } from '../../scenario/text/units.ts';
import { lowerFirst } from '../words/lower-first.ts';
import { CERTAINTIES, leadOf, rivalNote } from '../words/rival-words.ts';

export const NOT_MEASURED = 'not measured';

/** One sentence for each row: `performance: …`. */
export function rowFinding(row: ChartRow, currency: string): string {
  return `${row.name}: ${findingOf(row, currency)}`;
}

/** What stands after the name of the row. */
export function findingOf(row: ChartRow, currency: string): string {
  if (row.figures.length === 0) return `${NOT_MEASURED}. ${row.notMeasured ?? ''}`.trim();
  const figure = row.figures.find(({ decides }) => decides);
  if (figure?.ranking == null)
    return 'fewer than two columns are measured in all their trials, so nothing is compared.';
  const { centre } = figure.ranking;
  const { leaders, behind } = leadOf(figure.ranking);
  const value = (each: number) => formatFigure(each, figure.unit, currency);
  if (behind.length === 0)
    return `no difference in ${lowerFirst(figure.name)}, all came to ${value(centre)}.`;
  const rivals = behind.map((rival) => `${value(rival.centre)} with ${rival.name}${rivalNote(rival)}`);
  const names = leaders.join(' and ');
  const one = leaders.length === 1;
  return behind.some(({ certainty }) => certainty === 'beyond-chance')
    ? `${names} ${one ? 'is' : 'are'} ahead in ${lowerFirst(figure.name)} with ${value(centre)}, against ${rivals.join(' and ')}.`
    : `${names} ${one ? 'has' : 'have'} the best ${lowerFirst(figure.name)}, ${value(centre)}, against ${rivals.join(' and ')}.`;
}

/** `peer-to-peer, a factor of 3.8 before hybrid, beyond chance`. */
export function aheadWords({ ranking, unit }: ChartFigure, currency: string): string {
  if (ranking === null) return '';
  const { leaders, behind } = leadOf(ranking);
  const [next] = behind;
  if (next === undefined) return 'no difference';
  const by =
    next.factor === null
      ? `${formatFigure(ranking.centre, unit, currency)} against ${formatFigure(next.centre, unit, currency)} with ${next.name}`
      : `a factor of ${formatFigure(next.factor, 'count', currency)} before ${next.name}`;
  return `${leaders.join(' and ')}, ${by}, ${CERTAINTIES[next.certainty]}`;
}

/** Whether the cell of this column is clearly ahead of all others. */
export function isClearlyAhead({ ranking }: ChartFigure, column: string): boolean {
  return (
    ranking !== null &&
    ranking.ahead === column &&
    ranking.others.every(({ certainty }) => certainty === 'beyond-chance')
  );
}

/** `2.13 s`, or `not measured`. */
export function medianWords(cell: Cell, { unit }: ChartFigure, currency: string): string {
  if (cell.kind === 'missing') return cell.word;
  if (cell.kind === 'not-measured') return NOT_MEASURED;
  return boundWords('median', cell, unit, currency);
}

/** `≥ 9.5 s` of one that is no less. */
function boundWords(
  which: 'median' | 'least' | 'most',
  cell: MeasuredCell,
  unit: ChartFigure['unit'],
  currency: string,
): string {
  const value = formatFigure(cell[which], unit, currency);
  return cell.atLeast.includes(which) ? `≥ ${value}` : value;
}

/** `2.1 s to 2.2 s`, the smallest and the largest, and what other trials came to; empty for a single trial. */
export function spreadWords(cell: Cell, { unit, missing: word }: ChartFigure, currency: string): string {
  if (cell.kind === 'not-measured') return '';
  const unmeasured = unmeasuredIn(cell);
  const others = unmeasured === 0 ? '' : `${unmeasured} of ${counted(cell.planned, 'trial')} ${NOT_MEASURED}`;
  if (cell.kind === 'missing') return others;
  const { trials, without } = cell;
  const missing = without === 0 ? '' : `${counted(without, 'trial')} ${word ?? 'without it'}`;
  const spread =
    trials.length < 2
      ? ''
      : `${boundWords('least', cell, unit, currency)} to ${boundWords('most', cell, unit, currency)}`;
  return [spread, missing, others].filter(Boolean).join('; ');
}

/** What must not be taken for granted, the weightiest first. */
export function remarks({ chart, run, trials }: Pick<SavedSuite, 'chart' | 'run' | 'trials'>): string[] {
  const { missing, invalid, rows, trialsNeeded } = chart;
  const { withinMs } = run;
  const few = rows.some(({ figures }) =>
    figures.some(
      ({ ranking }) => ranking?.others.some(({ certainty }) => certainty === 'too-few-trials') === true,
    ),
  );
  return [
    ...(missing > 0
      ? [
          `${withinMs === undefined ? 'It was interrupted' : `There was no time for more (--within ${writeDuration(withinMs)})`}: ${counted(missing, 'trial')} to come (topolab suite --resume).`,
        ]
      : []),
    ...(run.quick ? ['Made with --quick: smaller values and fewer trials, so a first impression.'] : []),
    ...(few
      ? [
          `Too few trials to tell every difference from chance; ${trialsNeeded} in each cell could (--trials ${trialsNeeded}).`,
        ]
      : []),
    ...(invalid > 0
      ? [
          `${counted(invalid, 'trial')} ended without a valid measurement: run once more, or left out. ${oftenest(trials)}`,
        ]
      : []),
    ...scarceRemark(chart),
    ...missedRemark({ run, trials }),
  ];
}

/** Figures of so few trials stand in the chart, and for little. */
function scarceRemark({ rows, columns, missing }: Chart): string[] {
  if (missing > 0) return [];
  const scarce = rows.flatMap(({ name: row, figures }) =>
    figures.flatMap(({ name, cells }) =>
      cells.flatMap((cell, nth) =>
        cell.kind !== 'not-measured' && isScarce(cell)
          ? [
              `${row}, ${lowerFirst(name)} of ${columns[nth]} (${cell.planned - unmeasuredIn(cell)} of ${cell.planned})`,
            ]
          : [],
      ),
    ),
  );
  return scarce.length === 0
    ? []
    : [`Measured in fewer than half of the trials, which is too few: ${scarce.join('; ')}.`];
}

/** Whoever serves few may serve them quickly: figures of such trials are in the chart all the same. */
function missedRemark({ run, trials }: Pick<SavedSuite, 'run' | 'trials'>): string[] {
  // Of a study it says what was found.
  const runs = run.suite.scenarios.flatMap(({ name, command }) => (command === 'run' ? [name] : []));
  const missed = trials.filter(
    ({ scenario, invalid, exitCode }) =>
      runs.includes(scenario) && invalid.length === 0 && exitCode === ExitCode.missed,
  );
  if (missed.length === 0) return [];
  const cells = Map.groupBy(missed, ({ scenario, column }) => `${scenario} of ${column}`);
  const named = [...cells].map(([cell, each]) => `${cell} ${each.length}`);
  return [
    `${counted(missed.length, 'trial')} missed an objective, or left most of the load unserved; their figures are in the chart nevertheless: ${named.join(', ')}.`,
  ];
}

/** The reason that most of the trials give that can't be believed, without the times and numbers in it. */
function oftenest(trials: SavedSuite['trials']): string {
  const reasons = trials.flatMap(({ invalid }) => invalid[0] ?? []);
  const alike = Map.groupBy(reasons, (reason) => reason.replaceAll(/\d+(?:\.\d+)?/g, '#'));
  const [most] = [...alike.values()].toSorted((a, b) => b.length - a.length);
  return most === undefined ? '' : `Most often: ${most[0]}`;
}

/** `54 trials, 1 h 12 min`: what it took to say so. */
export function effortWords({ ended, tookMs }: Chart): string {
  return `${counted(ended, 'trial')}, ${formatDuration(tookMs)}`;
}

/** Where the figures of a scenario come from. */
export function scenarioWords({ file, command, trials, columns }: SuiteScenario, parameter: string): string {
  const measured = columns.filter(({ notMeasured }) => notMeasured === null);
  const [first] = measured;
  if (first === undefined) return `${file}: nothing is run.`;
  const shared = Object.entries(first.set).filter(([key, value]) =>
    measured.every(({ set }) => set[key] === value),
  );
  const own = measured.flatMap(({ column, set }) => {
    const differing = Object.entries(set).filter(
      ([key]) => key !== parameter && !shared.some(([name]) => name === key),
    );
    return differing.length === 0 ? [] : [`${column} with ${valuesWords(differing)}`];
  });
  const values = shared.length === 0 ? '' : ` with ${valuesWords(shared)}`;
  const alone = own.length === 0 ? '' : `; ${own.join(', ')}`;
  return `${COMMANDS[command]} ${file}${values}${alone}; ${counted(trials, 'trial')} in each column`;
}

const COMMANDS: Readonly<Record<SuiteScenario['command'], string>> = {
  run: 'topolab run',
  failures: 'topolab failures',
  capacity: 'topolab capacity',
};

function valuesWords(values: readonly (readonly [string, string])[]): string {
  return values.map(([key, value]) => `${key}=${value}`).join(', ');
}

export const HOW_TO_READ =
  'Each cell has the median of its trials (the bar), and the smallest and the largest (the line across it). The first figure of a row decides who is ahead on it. A column is not ranked by a figure that one of its trials never reached, nor by one of which only a lower bound (≥) is known, because too many requests were never answered. Beyond chance: a permutation test over the trials gives p below 0.05, corrected for the number of comparisons of all deciding figures together (Holm); other figures are tested each by itself. The trials were run in rounds, each with one trial of every cell, in an order drawn from the seed.';
