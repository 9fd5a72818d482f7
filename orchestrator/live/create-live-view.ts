// The view of a running test: redrawn in place in a terminal, plain lines where output goes to a file or a CI log.
import { createLogUpdate } from 'log-update';
import { formatDuration, formatNumber, formatOffset, formatValue } from '../format/format-value.ts';
import { printable } from '../format/display-width.ts';
import { hideCursor } from './hide-cursor.ts';
import type { LiveHistory, LiveState } from './live-state.ts';
import { renderFrame } from './render-frame.ts';

export interface LiveViewOptions {
  readonly stream: NodeJS.WriteStream;
  /** Redraw in place. Only where the stream is a terminal. */
  readonly isTty: boolean;
  /** False where NO_COLOR is set. */
  readonly colour: boolean;
  /** Milliseconds; spaces history and status lines. */
  readonly now: () => number;
}

export interface LiveView extends Disposable {
  update(state: LiveState): void;
  /** A line that stays, above the picture. */
  note(line: string): void;
  /** Leaves the last picture standing and gives the cursor back. Closing twice is harmless. */
  close(): void;
}

const STATUS_EVERY_MS = 10_000;
const HISTORY_EVERY_MS = 1000;
const MOST_HISTORY = 120;
const DEFAULT_COLUMNS = 80;

export function createLiveView(options: LiveViewOptions): LiveView {
  const view = options.isTty ? drawnView(options) : plainView(options);
  return { ...view, [Symbol.dispose]: () => view.close() };
}

function drawnView({ stream, colour, now }: LiveViewOptions): Omit<LiveView, typeof Symbol.dispose> {
  const draw = createLogUpdate(stream, { showCursor: true });
  const showCursor = hideCursor(stream);
  const history = createHistory(now);
  let last: LiveState | undefined;
  let closed = false;
  const redraw = () => {
    if (closed || last === undefined) return;
    // One column is left free: a full line makes some terminals wrap, and the picture then climbs.
    const columns = (stream.columns ?? DEFAULT_COLUMNS) - 1;
    const lines = renderFrame(last, { columns, colour, history: history.values() });
    draw(lines.slice(0, Math.max(1, (stream.rows ?? 24) - 1)).join('\n'));
  };
  stream.on('resize', redraw);
  return {
    update(state) {
      last = state;
      history.add(state);
      redraw();
    },
    note(line) {
      if (!closed) draw.clear();
      stream.write(`${printable(line)}\n`);
      redraw();
    },
    close() {
      if (closed) return;
      closed = true;
      stream.off('resize', redraw);
      draw.done();
      showCursor();
    },
  };
}

function plainView({ stream, now }: LiveViewOptions): Omit<LiveView, typeof Symbol.dispose> {
  const write = (line: string) => stream.write(`${printable(line)}\n`);
  let before: LiveState | undefined;
  // Counted from the first moment of the load: there is nothing to tell before.
  let lastStatusMs: number | undefined;
  return {
    update(state) {
      for (const line of plainChanges(before, state)) write(line);
      if (state.offsetMs !== null) lastStatusMs ??= now();
      if (lastStatusMs !== undefined && now() - lastStatusMs >= STATUS_EVERY_MS) {
        lastStatusMs = now();
        write(statusLine(state));
      }
      before = state;
    },
    note: write,
    close() {},
  };
}

/** What is new since the state before: the step, the phase, actions and warnings. */
export function plainChanges(before: LiveState | undefined, state: LiveState): string[] {
  const lines: string[] = [];
  if (before === undefined) lines.push(`run ${state.run} of ${state.scenario}`);
  if (state.step !== before?.step) lines.push(state.step);
  if (state.phase !== null && state.phase !== before?.phase) {
    const length = state.phaseEndsInMs === null ? '' : `, ${formatDuration(state.phaseEndsInMs)}`;
    lines.push(`phase ${state.phase}${length}`);
  }
  lines.push(...appended(before?.lastActions ?? [], state.lastActions));
  lines.push(...appended(before?.warnings ?? [], state.warnings).map((text) => `warning: ${text}`));
  return lines;
}

/** The end of `after` that `before` does not have, where either may have lost lines at its start. */
function appended(before: readonly string[], after: readonly string[]): readonly string[] {
  for (let overlap = Math.min(before.length, after.length); overlap > 0; overlap -= 1) {
    const tail = before.slice(-overlap);
    if (tail.every((line, index) => line === after[index])) return after.slice(overlap);
  }
  return after;
}

/** `12.0 s  served 63.2/s of 70/s  p50 118 ms  p99 1.74 s  errors 1.1 %  servers 1, balancer 1`. */
export function statusLine(state: LiveState): string {
  const groups = state.groups.map(({ group, ready, starting, down, leaving }) => {
    const states = [starting > 0 ? `+${starting}` : '', leaving > 0 ? `-${leaving}` : ''];
    const changing = [...states, down > 0 ? ` (${down} down)` : ''].join('');
    return `${group} ${ready}${changing}`;
  });
  return [
    state.offsetMs === null ? '' : formatOffset(state.offsetMs),
    `served ${formatValue(state.served, 'per-second')}${state.offered === null ? '' : ` of ${formatValue(state.offered, 'per-second')}`}`,
    `p50 ${formatValue(state.p50Ms, 'milliseconds')}`,
    `p99 ${formatValue(state.p99Ms, 'milliseconds')}`,
    `errors ${formatValue(state.errorShare, 'share')}`,
    state.inFlight === null ? '' : `${formatNumber(state.inFlight)} in flight`,
    groups.join(', '),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function createHistory(now: () => number): { add(state: LiveState): void; values(): LiveHistory } {
  const served: (number | null)[] = [];
  const p99Ms: (number | null)[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    add(state) {
      if (state.offsetMs === null || now() - lastMs < HISTORY_EVERY_MS) return;
      lastMs = now();
      served.push(state.served);
      p99Ms.push(state.p99Ms);
      if (served.length > MOST_HISTORY) {
        served.shift();
        p99Ms.shift();
      }
    },
    values: () => ({ served, p99Ms }),
  };
}
