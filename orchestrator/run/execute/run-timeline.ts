// Starts every action at its planned moment, whatever the others are doing, and records how it went.
import { messageOf, TopolabError } from '../../errors.ts';
import type { Action, Plan } from '../../plan/plan.ts';
import type { Recorder } from '../../record/recorder.ts';

/** What the timeline needs of time; the tests have a manual one. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Resolves at `atMs`, or rejects when the signal aborts. */
  until(atMs: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  until: (atMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.max(0, atMs - performance.now()),
      );
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};

/** What happens in a run, in the order in which it is meant to. */
interface Moment {
  readonly offsetMs: number;
  readonly happen: () => void;
}

export interface TimelineOptions {
  readonly plan: Plan;
  /** The clock's time of offset 0. */
  readonly startMs: number;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly perform: (action: Action) => Promise<void>;
  readonly onPhase?: (phase: string) => void;
  readonly onActionStarted?: (action: Action, lagMs: number) => void;
  readonly onActionFinished?: (action: Action, tookMs: number, result: 'ok' | 'failed') => void;
  /** Resolves when there is nothing left to wait for after the last phase and action have begun. Default: never. */
  readonly over?: Promise<void>;
  /** Ends the run where it stands: nothing begins any more. Default: never. */
  readonly cut?: AbortSignal;
  /** Called when the end is reached, or the signal has aborted, and only actions under way are still waited for. */
  readonly onEnd?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Runs phases and actions up to the end of the plan, then waits for actions still under way. A failed action is recorded and
 * does not end the run. Rejects when the signal aborts, after the actions under way have ended.
 */
export async function runTimeline(options: TimelineOptions): Promise<void> {
  const { plan, startMs, clock, recorder, signal, cut } = options;
  const goesOn = cut === undefined ? signal : AbortSignal.any([signal, cut]);
  const underWay = new Set<Promise<void>>();
  /** Of ours, such as a full disk under the event log; an action's own failure is in the log. */
  const failures: unknown[] = [];
  const moments: Moment[] = [
    ...plan.phases.map(({ name, startMs: offsetMs }) => ({
      offsetMs,
      happen: () => {
        recorder.record({ type: 'phase-started', phase: name });
        options.onPhase?.(name);
      },
    })),
    ...plan.actions.map((action) => ({
      offsetMs: action.offsetMs,
      happen: () => {
        const done = performAction(action, options)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underWay.delete(done));
        underWay.add(done);
      },
    })),
  ].sort((a, b) => a.offsetMs - b.offsetMs);
  try {
    for (const moment of moments) {
      await clock.until(startMs + moment.offsetMs, goesOn);
      moment.happen();
    }
    await untilEnd({ ...options, signal: goesOn });
  } catch (error) {
    if (signal.aborted || cut?.aborted !== true) throw error;
  } finally {
    options.onEnd?.();
    await Promise.all(underWay);
  }
  if (failures.length > 0) throw failures[0];
}

async function untilEnd({ plan, startMs, clock, over, signal }: TimelineOptions): Promise<void> {
  const early = new AbortController();
  void over?.then(() => early.abort());
  try {
    await clock.until(startMs + plan.durationMs, AbortSignal.any([signal, early.signal]));
  } catch (error) {
    if (signal.aborted || !early.signal.aborted) throw error;
  }
}

async function performAction(action: Action, options: TimelineOptions): Promise<void> {
  const { startMs, clock, recorder, perform, onActionStarted, onActionFinished } = options;
  const times = { plannedMs: action.offsetMs, startedMs: clock.now() - startMs };
  recorder.record({ type: 'action-started', action, ...times });
  onActionStarted?.(action, times.startedMs - action.offsetMs);
  let failure: { readonly error: string; readonly errorCode?: string } | undefined;
  try {
    await perform(action);
  } catch (thrown) {
    const code = thrown instanceof TopolabError ? { errorCode: thrown.code } : {};
    failure = { error: messageOf(thrown), ...code };
  }
  const finishedMs = clock.now() - startMs;
  recorder.record({
    type: 'action-finished',
    action,
    ...times,
    finishedMs,
    ...failure,
  });
  onActionFinished?.(action, finishedMs - times.startedMs, failure === undefined ? 'ok' : 'failed');
}
