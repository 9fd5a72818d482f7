// Progress of the long steps before a run: installing, pulling and building images, starting nodes.
import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import { formatDuration } from '../format/format-value.ts';
import { cutToWidth, displayWidth, printable } from '../format/display-width.ts';
import { hideCursor } from './hide-cursor.ts';
import type { LiveViewOptions } from './create-live-view.ts';

export interface ProgressStep {
  /** What the step is at: an output line of a build, `3 of 4 nodes ready`. */
  update(detail: string): void;
  /** Ended well. Only the first of done and fail counts. */
  done(detail?: string): void;
  fail(detail: string): void;
}

export interface Progress extends Disposable {
  /** Several steps may be under way at once. */
  step(name: string): ProgressStep;
  /** A line that stays. */
  note(line: string): void;
  /** Steps that are still open are shown as not finished. Closing twice is harmless. */
  close(): void;
}

/** A step under way, as drawn. */
export interface OpenStep {
  readonly name: string;
  readonly detail: string;
  readonly forMs: number;
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const REDRAW_EVERY_MS = 100;
const STATUS_EVERY_MS = 10_000;
const DEFAULT_COLUMNS = 80;

interface Step {
  readonly name: string;
  readonly startedMs: number;
  detail: string;
  lastLineMs: number;
}

export function createProgress({ stream, isTty, colour, now }: LiveViewOptions): Progress {
  const paint = pc.createColors(colour);
  const open = new Set<Step>();
  const draw = isTty ? createLogUpdate(stream, { showCursor: true }) : undefined;
  const showCursor = isTty ? hideCursor(stream) : () => {};
  let frame = 0;
  let closed = false;
  const columns = () => (stream.columns ?? DEFAULT_COLUMNS) - 1;
  const shown = ({ name, detail, startedMs }: Step): OpenStep => ({ name, detail, forMs: now() - startedMs });
  const redraw = () => {
    if (draw === undefined || closed) return;
    if (open.size === 0) draw.clear();
    else draw(renderSteps([...open].map(shown), { columns: columns(), colour, frame }).join('\n'));
  };
  const stays = (line: string) => {
    if (!closed) draw?.clear();
    stream.write(`${line}\n`);
    redraw();
  };
  // The timer lives only while something is drawn, and never keeps the process alive.
  const timer = setInterval(tick, REDRAW_EVERY_MS).unref();
  function tick(): void {
    frame += 1;
    redraw();
    if (draw === undefined) sayStillOpen();
  }
  function sayStillOpen(): void {
    for (const step of open) {
      if (now() - step.lastLineMs < STATUS_EVERY_MS) continue;
      step.lastLineMs = now();
      const detail = step.detail === '' ? '' : `: ${step.detail}`;
      stays(`  ${step.name}, ${formatDuration(now() - step.startedMs)} so far${detail}`);
    }
  }
  function end(step: Step, sign: string, detail: string): void {
    if (!open.delete(step)) return;
    const took = formatDuration(now() - step.startedMs);
    stays(`${sign} ${step.name}${detail === '' ? '' : `: ${printable(detail)}`} ${paint.dim(`(${took})`)}`);
  }
  return {
    step(name) {
      const step: Step = { name: printable(name), startedMs: now(), detail: '', lastLineMs: now() };
      open.add(step);
      if (draw === undefined) stays(`${step.name} …`);
      redraw();
      return {
        update(detail) {
          step.detail = printable(detail);
        },
        done: (detail = '') => end(step, paint.green('✓'), detail),
        fail: (detail) => end(step, paint.red('✗'), detail),
      };
    },
    note: (line) => stays(printable(line)),
    close,
    [Symbol.dispose]: close,
  };
  function close(): void {
    if (closed) return;
    clearInterval(timer);
    for (const step of open) end(step, paint.yellow('–'), 'not finished');
    closed = true;
    draw?.done();
    showCursor();
  }
}

/** One line a step: `⠙ build image topolab/node  12 s  Step 4/9 : RUN apt-get …`. */
export function renderSteps(
  steps: readonly OpenStep[],
  { columns, colour, frame }: { readonly columns: number; readonly colour: boolean; readonly frame: number },
): string[] {
  const paint = pc.createColors(colour);
  return steps.map(({ name, detail, forMs }) => {
    const took = forMs < 1000 ? '' : `  ${formatDuration(Math.floor(forMs / 1000) * 1000)}`;
    const head = cutToWidth(`${name}${took}`, columns - 2);
    const rest = cutToWidth(
      detail === '' ? '' : `  ${detail}`,
      Math.max(0, columns - 2 - displayWidth(head)),
    );
    return `${paint.cyan(SPINNER[frame % SPINNER.length] ?? '')} ${head}${paint.dim(rest)}`;
  });
}
