// The iteration that a virtual user is at: when it may go on until, which window it belongs to, and what came of it. A virtual user has a
// JavaScript runtime of its own and runs one iteration at a time, so a module's variables are the iteration's.
import { sleep } from 'k6';
import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';
import { clearTimeout, setTimeout } from './native-timers.ts';
import type { GeneratorSettings } from './settings.ts';
import { StartTimes } from './start-times.ts';
import { AFTER_THE_LOAD, partsIn, windowAt } from './window-at.ts';

/**
 * `failed`: a request was not answered as expected. `disconnected`: a connection was not made, or broke, which no request tells. `unfinished`: the
 * load ended while it was asleep.
 */
type Outcome = 'done' | 'failed' | 'disconnected' | 'exception' | 'unfinished';
type Export = (...args: unknown[]) => unknown;

interface Iteration {
  readonly window: string;
  readonly deadlineMs: number;
  /** What has gone wrong in it so far. */
  wrong?: 'failed' | 'disconnected';
  /** Connections that go on after the script's function has returned. */
  open: number;
  /** It has returned, and these are waited for. */
  returned: boolean;
  /** It has returned a promise. */
  promised: boolean;
  over: boolean;
}

const started = new Counter('topolab_iterations_started');
const ended = new Counter('topolab_iterations_ended');
const hung = new Counter('topolab_hung_seconds');
const waitsBooked = new Counter('topolab_waits_booked_seconds');
const waitsOver = new Counter('topolab_waits_over_seconds');
const usersFailed = new Counter('topolab_users_failed');
const startLag = new Trend('topolab_start_lag', true);

const NO_SETTINGS: GeneratorSettings = {
  windows: [],
  deadlineMs: null,
  tagValues: Number.POSITIVE_INFINITY,
  options: {},
  putAside: [],
};

/**
 * From when on an iteration is told to have started late. k6 is some milliseconds late on a busy machine, and a second where it stood still
 * or got no CPU. Our choice.
 */
const LATE_MS = 1000;
/** Between looks of a virtual user that k6 keeps busy after the end of the load, seconds. */
const IDLE_SECONDS = 0.1;

/** Thrown out of a script that has nothing left to do: the load is over. Caught where its function was called. */
class LoadOver extends Error {}

let settings = NO_SETTINGS;
let startTimes: StartTimes | undefined;
let current: Iteration | undefined;
/** Epoch milliseconds of the start of the load. */
let beganAtMs: number | undefined;

export function configure(given: GeneratorSettings): void {
  settings = given;
  startTimes = given.starts && new StartTimes(given.starts);
}

export function tagValues(): number {
  return settings.tagValues;
}

/** Whether an objective or a threshold asks by this value of a tag. */
export function isAskedBy(tag: string, value: string): boolean {
  return settings.askedValues?.some((each) => each.tag === tag && each.value === value) ?? false;
}

export function requestTags(): readonly ('name' | 'url')[] {
  return settings.requestTags ?? [];
}

/** Undefined where the script asks in nobody's name. */
export function loadUser(): GeneratorSettings['user'] {
  return settings.user;
}

/** False in the init context, setup() and teardown(): what they do belongs to no iteration. */
export function inIteration(): boolean {
  return current !== undefined;
}

/** A user has waited for nothing until now: the time is counted in the windows in which it passed, and not what lies after the load. */
export function noteHung(sinceOffsetMs: number): void {
  for (const { window, ms } of partsIn(settings.windows, sinceOffsetMs, offsetMs()))
    hung.add(ms / 1000, windowTag(window));
}

/**
 * A user begins to wait for what nothing but k6 can end. Of a wait that it ends by force nothing could be told any more, so all the time that is left
 * is booked as hung beforehand. The function to call once the wait is over takes that back.
 */
export function bookWait(): (isAnswered: boolean) => void {
  const sinceMs = offsetMs();
  const parts = partsIn(settings.windows, sinceMs, sinceMs + leftMs());
  const addTo = (counter: Counter) => {
    for (const { window, ms } of parts) counter.add(ms / 1000, windowTag(window));
  };
  addTo(waitsBooked);
  let isOver = false;
  return (isAnswered) => {
    if (isOver) return;
    isOver = true;
    if (!isAnswered) noteHung(sinceMs);
    addTo(waitsOver);
  };
}

/** Milliseconds that are left until the end of the load; without a limit where that isn't known. */
export function leftMs(): number {
  return current === undefined ? Number.POSITIVE_INFINITY : current.deadlineMs - offsetMs();
}

/** Calls back once the load is over, where it is known when that is. The function to call where that is not waited for any more: k6 would wait on. */
export function onceOver(callback: () => void): () => void {
  const left = leftMs();
  if (!Number.isFinite(left)) return () => {};
  const timer = setTimeout(callback, Math.max(1, left));
  return () => clearTimeout(timer);
}

/** Ends the iteration: the load is over, and nothing that it might still do would be counted. */
export function stopHere(): never {
  // What is thrown into a promise that nobody awaits comes to nobody.
  if (current !== undefined) end(current, unfinished(current));
  throw new LoadOver('the load is over');
}

/** Marks what the virtual user does from now on with the window of this moment, and returns it. */
export function enterWindow(): string {
  const window = windowAt(settings.windows, offsetMs());
  // Each time, for a script may have changed it.
  exec.vu.metrics.tags['window'] = window;
  return window;
}

/** A request was not answered as the script expects it. */
export function noteFailure(): void {
  if (current !== undefined) current.wrong ??= 'failed';
}

/** A connection was not made, or broke. */
export function noteDisconnection(): void {
  if (current !== undefined) current.wrong = 'disconnected';
}

/** The function of a script that k6 calls for each iteration, counted as it begins and as it ends. What it throws goes on to k6. */
export function asIteration(fn: Export): Export {
  return function iterate(this: unknown, ...args: unknown[]): unknown {
    const iteration = begin();
    if (iteration === undefined) return sleep(IDLE_SECONDS);
    let result: unknown;
    try {
      result = fn.apply(this, args);
    } catch (error) {
      return fail(iteration, error);
    }
    if (result instanceof Promise) {
      iteration.promised = true;
      return endWith(iteration, result);
    }
    endOnceClosed(iteration);
    return result;
  };
}

/** For samples that come after others may have begun. Without windows there is no tag. */
export function windowTag(window: string): Record<string, string> {
  return window === '' ? {} : { window };
}

/** Undefined once the last window is over: scenarios of a script's own may go on. */
function begin(): Iteration | undefined {
  endThrownAway();
  const deadlineMs =
    settings.deadlinesMs?.[exec.scenario.name] ?? settings.deadlineMs ?? Number.POSITIVE_INFINITY;
  const window = enterWindow();
  if (window === AFTER_THE_LOAD || offsetMs() >= deadlineMs) return undefined;
  started.add(1);
  noteLag();
  const iteration: Iteration = { window, deadlineMs, open: 0, returned: false, promised: false, over: false };
  current = iteration;
  return iteration;
}

/**
 * k6 numbers the iterations that it starts, over all generators of a load. It leaves out those for which no virtual user was free, and the
 * lag of those after them is then too long: whoever reads it has to see that none was dropped.
 */
function noteLag(): void {
  if (startTimes === undefined) return;
  const lagMs = offsetMs() - startTimes.dueMs(exec.scenario.iterationInTest + 1);
  if (lagMs > LATE_MS) startLag.add(lagMs);
}

/**
 * Where an iteration waits for something and its user begins the next one, k6 has thrown it away: a promise was rejected that nobody had awaited, or a
 * handler has thrown.
 */
function endThrownAway(): void {
  if (current !== undefined && (current.returned || current.promised)) end(current, 'exception');
}

async function endWith(iteration: Iteration, result: Promise<unknown>): Promise<unknown> {
  // It may wait in a way that nothing here sees, such as a timer of its own.
  const inTime = onceOver(() => end(iteration, unfinished(iteration)));
  try {
    const value = await result;
    endOnceClosed(iteration);
    return value;
  } catch (error) {
    return fail(iteration, error);
  } finally {
    inTime();
  }
}

/** A connection has been opened that the iteration lasts as long as; the function to call once it is closed. */
export function holdOpen(): () => void {
  const iteration = current;
  if (iteration === undefined) return () => {};
  iteration.open++;
  let closed = false;
  return () => {
    if (closed) return;
    closed = true;
    iteration.open--;
    if (iteration.returned) endOnceClosed(iteration);
  };
}

/** What a script does later in the iteration of this moment: what it throws ends that one. */
export function inThisIteration(callback: Export): Export {
  const iteration = current;
  if (iteration === undefined) return callback;
  return (...args) => {
    try {
      return callback(...args);
    } catch (error) {
      return fail(iteration, error);
    }
  };
}

/** The function to call where the load is over and the iteration of this moment has still to do something. */
export function endUnfinished(): () => void {
  const iteration = current;
  return () => {
    if (iteration !== undefined) end(iteration, unfinished(iteration));
  };
}

/** Holds the iteration open until what follows from an asynchronous call has happened. */
export function holdUntilTold(): () => void {
  if (!inIteration()) return () => {};
  const release = holdOpen();
  return () => void setTimeout(release, 0);
}

function endOnceClosed(iteration: Iteration): void {
  iteration.returned = true;
  if (iteration.open === 0) end(iteration);
}

function fail(iteration: Iteration, error: unknown): void {
  if (error instanceof LoadOver) return end(iteration, unfinished(iteration));
  end(iteration, 'exception');
  throw error;
}

/** One whose user was not served before the load was over is no less failed for what it could not do any more. */
function unfinished({ wrong }: Iteration): Outcome {
  return wrong ?? 'unfinished';
}

function end(iteration: Iteration, outcome: Outcome = iteration.wrong ?? 'done'): void {
  if (iteration.over) return;
  iteration.over = true;
  if (outcome !== 'done' && outcome !== 'unfinished') tellUser();
  ended.add(1, { ...windowTag(iteration.window), outcome });
}

/** k6 numbers virtual users over all generators of a load. */
function tellUser(): void {
  const user = exec.vu.idInTest;
  if (user <= (settings.toldUsers ?? 0)) usersFailed.add(1, { user: String(user) });
}

/** Milliseconds since the start of the load. */
export function offsetMs(): number {
  beganAtMs ??= Date.now() - exec.instance.currentTestRunDuration;
  return Date.now() - beganAtMs;
}
