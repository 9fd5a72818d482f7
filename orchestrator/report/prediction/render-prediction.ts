// A prediction in the terminal: a table for each series and figure, and below it why it must not be believed.
import pc from 'picocolors';
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import { formatNumber, formatValue, NO_VALUE } from '../../format/format-value.ts';
import { renderTable } from '../../format/render-table.ts';
import { wrapText } from '../../format/wrap-text.ts';
import type { Check, Doubt } from '../../prediction/prediction.ts';
import type { StudyPrediction } from './predict-study.ts';
import type { SweepPrediction } from './predict-sweep.ts';
import { checkWords, doubtWords, rangeWords } from './prediction-words.ts';

export interface PredictionOptions {
  readonly colour: boolean;
  /** Columns of the terminal. At least 40 are used. */
  readonly width: number;
}

/** Lines that belong to one law. */
interface Part {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly doubts: readonly Doubt[] }[];
  readonly check: Check | null;
  /** What sizes count. */
  readonly sizes: string;
  readonly unit: PanelUnit;
  /** In place of rows. */
  readonly nothing?: string;
}

const TOO_FEW = 'Nothing is predicted: fewer than three sizes have a value.';

export function renderPrediction(
  prediction: SweepPrediction | StudyPrediction,
  options: PredictionOptions,
): string {
  const paint = pc.createColors(options.colour);
  const columns = Math.max(40, options.width);
  const parts = prediction.kind === 'sweep' ? partsOfSweep(prediction) : [partOfStudy(prediction)];
  const wrap = (text: string) => wrapText(text, columns, '  ', '');
  return [
    paint.bold(`Prediction from ${prediction.of} (${prediction.scenario}), not measured`),
    ...parts.flatMap((part) => [
      '',
      ...wrap(part.title).map(paint.bold),
      ...(part.nothing === undefined ? [] : wrap(part.nothing)),
      ...(part.rows.length === 0
        ? []
        : renderTable(
            {
              head: [...part.head, 'believe it'],
              numeric: [0],
              flexible: 1,
              rows: part.rows.map(({ cells, doubts }) => ({
                cells: [...cells, doubts.length === 0 ? 'yes' : 'no'],
              })),
            },
            paint.dim,
            columns,
          )),
      ...remarksOf(part).flatMap((text) => wrap(`! ${text}`).map(paint.yellow)),
      ...[checkWords(part.check, part.unit)].flatMap((text) =>
        text === null ? [] : wrap(text).map(paint.dim),
      ),
    ]),
  ].join('\n');
}

/** Each doubt once, those of distance for the nearest size only. */
function remarksOf({ rows, sizes, unit }: Part): string[] {
  const doubts = rows.flatMap((row) => row.doubts);
  const nearest = doubts.find(({ code }) => code === 'too-far');
  const told = doubts.filter((doubt) => doubt.code !== 'too-far' || doubt === nearest);
  return [...new Set(told.map((doubt) => doubtWords(doubt, sizes, unit)))];
}

function partsOfSweep({ series, axis }: SweepPrediction): Part[] {
  return series.flatMap(({ name, measured, doubts, figures }) =>
    figures.map(({ figure, doubts: own, predicted }): Part => {
      const { title, unit } = figure;
      const [best, ...others] = predicted?.laws ?? [];
      const also =
        others.length === 0 ? '' : `; ${others.map(({ formula }) => formula).join(' and ')} would fit too`;
      const ofBound = predicted?.predictions.some(({ bound }) => bound !== null) === true;
      const law = best === undefined ? '' : `, as ${best.formula}${ofBound ? ' times its bound' : ''}${also}`;
      return {
        title: `${title} of ${name}, measured at ${measured.length === 0 ? 'no size in a run that counts' : `${measured.map(formatNumber).join(', ')} ${axis}`}${law}`,
        head: [axis, 'predicted', ...(ofBound ? ['bound'] : [])],
        rows: (predicted?.predictions ?? []).map(({ size, range, bound, doubts: ofSize }) => ({
          cells: [
            formatNumber(size),
            rangeWords(range, unit),
            ...(ofBound ? [formatValue(bound, unit)] : []),
          ],
          doubts: [...doubts, ...own, ...ofSize],
        })),
        check: predicted?.check ?? null,
        sizes: axis,
        unit,
        ...(predicted === null && { nothing: TOO_FEW }),
      };
    }),
  );
}

function partOfStudy({ group, ratePerUser, measured, doubts, predicted, peak }: StudyPrediction): Part {
  const rises =
    peak === null
      ? ''
      : `; by the law, ${formatNumber(Math.round(peak.size))} nodes carry the most, ${formatValue(peak.capacity, 'per-second')}`;
  return {
    title: `Nodes of ${group} for users who make ${formatNumber(ratePerUser)} operations a second each, by the Universal Scalability Law, measured with ${measured.map(formatNumber).join(', ')} nodes${rises}`,
    head: ['users', 'predicted nodes', 'rate'],
    rows: (predicted?.predictions ?? []).map(({ users, rate, nodes, doubts: ofSize }) => ({
      cells: [formatNumber(users), nodesWords(nodes), formatValue(rate, 'per-second')],
      doubts: [...doubts, ...ofSize],
    })),
    check: predicted?.check ?? null,
    sizes: 'nodes',
    unit: 'per-second',
    ...(predicted === null && { nothing: TOO_FEW }),
  };
}

function nodesWords(
  nodes: NonNullable<StudyPrediction['predicted']>['predictions'][number]['nodes'],
): string {
  if (nodes === null) return `${NO_VALUE} no number carries it`;
  const upper = nodes.upper === null ? 'perhaps none' : formatNumber(nodes.upper);
  const value = nodes.value === null ? 'none' : formatNumber(nodes.value);
  return `${value} (${formatNumber(nodes.lower)} to ${upper})`;
}
