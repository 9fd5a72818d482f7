// One picture of a running test as lines of text: pure, so that tests can hold it against tables.
import pc from 'picocolors';
import { counted, formatDuration, formatNumber, formatOffset, formatValue } from '../format/format-value.ts';
import { cutToWidth, displayWidth, printable } from '../format/display-width.ts';
import type { LiveGroup, LiveHistory, LiveState } from './live-state.ts';
import { sparkline } from './sparkline.ts';

export interface FrameOptions {
  /** Columns of the terminal; no line is wider. */
  readonly columns: number;
  readonly colour: boolean;
  /** Default: no sparklines. */
  readonly history?: LiveHistory;
}

type Ink = (text: string) => string;
/** Text with its colour, which is put on after the line has been cut to the terminal's width. */
type Part = string | readonly [text: string, ink: Ink];

const MOST_ACTIONS = 4;
const MOST_WARNINGS = 2;
const MOST_GROUPS = 8;
const BAR_COLUMNS = 24;
const SPARK_COLUMNS = 40;
/** `  latency   p50 38 ms   p99 1,234 ms` leaves the rest to the sparkline. */
const FIGURE_COLUMNS = 46;
/** Shares of failed requests above these are worth a colour. */
const SOME_ERRORS = 0.001;
const MANY_ERRORS = 0.01;

export function renderFrame(state: LiveState, { columns, colour, history }: FrameOptions): string[] {
  const paint = pc.createColors(colour);
  const lines: Part[][] = [
    [
      [state.scenario, paint.bold],
      ['  ', paint.dim],
      [state.run, paint.dim],
    ],
    progressLine(state, paint),
    ...(state.offsetMs === null ? [] : figureLines(state, history, columns, paint)),
    ...groupLines(state.groups, columns, paint),
    ...state.lastActions.slice(-MOST_ACTIONS).map((text): Part[] => [['  ▸ ', paint.dim], text]),
    ...warningLines(state.warnings, paint),
  ];
  return lines.map((parts) => drawLine(parts, columns));
}

function progressLine(state: LiveState, paint: ReturnType<typeof pc.createColors>): Part[] {
  const { phase, phaseEndsInMs, runEndsInMs, offsetMs, step } = state;
  if (offsetMs === null || runEndsInMs === null) return ['  ', [step, paint.cyan]];
  const done = offsetMs / Math.max(1, offsetMs + Math.max(0, runEndsInMs));
  const filled = Math.round(Math.min(1, done) * BAR_COLUMNS);
  const left = phaseEndsInMs === null ? '' : ` ${wholeSeconds(phaseEndsInMs)} left`;
  return [
    '  ',
    ['━'.repeat(filled), paint.cyan],
    ['─'.repeat(BAR_COLUMNS - filled), paint.dim],
    ` ${formatOffset(offsetMs)}  `,
    [phase ?? step, paint.bold],
    left,
    [runEndsInMs > 0 ? `  run ${wholeSeconds(runEndsInMs)} left` : '', paint.dim],
  ];
}

function wholeSeconds(ms: number): string {
  return formatDuration(Math.max(1000, Math.ceil(ms / 1000) * 1000));
}

function figureLines(
  state: LiveState,
  history: LiveHistory | undefined,
  columns: number,
  paint: ReturnType<typeof pc.createColors>,
): Part[][] {
  const { offered, served, p50Ms, p99Ms, errorShare, inFlight } = state;
  const room = Math.min(SPARK_COLUMNS, columns - FIGURE_COLUMNS);
  const spark = (values: readonly (number | null)[] | undefined, ink: Ink): Part => [
    room < 8 ? '' : sparkline(values ?? [], room),
    ink,
  ];
  const rate = formatValue(served, 'per-second');
  return [
    [
      '  served   ',
      [rate.padEnd(10), paint.bold],
      (offered === null ? '' : `of ${formatValue(offered, 'per-second')} offered`).padEnd(25),
      spark(history?.served, paint.green),
    ],
    [
      '  latency  ',
      `p50 ${formatValue(p50Ms, 'milliseconds')}`.padEnd(15),
      `p99 ${formatValue(p99Ms, 'milliseconds')}`.padEnd(20),
      spark(history?.p99Ms, paint.yellow),
    ],
    [
      '  errors   ',
      [formatValue(errorShare, 'share').padEnd(10), errorInk(errorShare, paint)],
      inFlight === null ? '' : `${counted(inFlight, 'request')} in flight`,
    ],
  ];
}

function errorInk(share: number | null, paint: ReturnType<typeof pc.createColors>): Ink {
  if (share === null || share <= SOME_ERRORS) return (text) => text;
  return share > MANY_ERRORS ? paint.red : paint.yellow;
}

function groupLines(
  groups: readonly LiveGroup[],
  columns: number,
  paint: ReturnType<typeof pc.createColors>,
): Part[][] {
  const shown = groups.slice(0, MOST_GROUPS);
  const name = Math.min(24, Math.max(0, ...shown.map(({ group }) => group.length)));
  const dots = columns - name - 40;
  const lines = shown.map(({ group, ready, starting, down, leaving, cpus }): Part[] => {
    const fits = ready + starting + down + leaving <= dots;
    return [
      `  ${group.padEnd(name)}  `,
      [`${formatNumber(ready)} ready`, paint.bold],
      starting > 0 ? [`, ${formatNumber(starting)} starting`, paint.cyan] : '',
      down > 0 ? [`, ${formatNumber(down)} down`, paint.red] : '',
      leaving > 0 ? [`, ${formatNumber(leaving)} leaving`, paint.yellow] : '',
      cpus === null ? '' : [` × ${formatNumber(cpus)} CPU`, paint.dim],
      fits ? [`  ${'●'.repeat(ready)}`, paint.green] : '',
      fits ? ['○'.repeat(starting), paint.cyan] : '',
      fits ? ['×'.repeat(down), paint.red] : '',
      fits ? ['◌'.repeat(leaving), paint.yellow] : '',
    ];
  });
  if (groups.length > shown.length)
    lines.push([[`  and ${groups.length - shown.length} more groups`, paint.dim]]);
  return lines;
}

function warningLines(warnings: readonly string[], paint: ReturnType<typeof pc.createColors>): Part[][] {
  const lines = warnings.slice(-MOST_WARNINGS).map((text): Part[] => [['  ! ', paint.yellow], text]);
  const earlier = warnings.length - lines.length;
  return earlier > 0
    ? [[[`  ! ${earlier} earlier warning${earlier === 1 ? '' : 's'}`, paint.dim]], ...lines]
    : lines;
}

/** Cuts the whole line to the terminal's width, then colours what is left of each part. */
function drawLine(parts: readonly Part[], columns: number): string {
  let room = columns;
  let line = '';
  for (const part of parts) {
    const [text, ink] = typeof part === 'string' ? [part, (plain: string) => plain] : part;
    const clean = keepSpaces(text);
    const cut = cutToWidth(clean, room);
    if (cut !== '') line += ink(cut);
    room -= displayWidth(cut);
    if (cut !== clean) break;
  }
  return line.trimEnd();
}

function keepSpaces(text: string): string {
  const clean = printable(text);
  return clean + ' '.repeat(Math.max(0, text.length - text.trimEnd().length));
}
