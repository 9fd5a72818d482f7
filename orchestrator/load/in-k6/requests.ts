// Requests of an iteration, counted as they start and as they end, of whatever protocol: each belongs to the window in which it started.
import { Counter, Trend } from 'k6/metrics';
import { enterWindow, inIteration, noteFailure, noteHung, offsetMs, windowTag } from './iteration.ts';

export interface Started {
  readonly window: string;
  /** Milliseconds after the start of the load. */
  readonly atMs: number;
}

const started = new Counter('topolab_requests_started');
const ended = new Counter('topolab_requests_ended');
const sentOn = new Counter('topolab_requests_sent_on');
const leftOpen = new Counter('topolab_requests_left_open');
const closed = new Counter('topolab_requests_closed');
const unanswered = new Trend('topolab_unanswered', true);

/** Undefined in the init context, setup() and teardown(): what they ask belongs to no iteration. */
export function begin(count: number): Started | undefined {
  if (!inIteration()) return undefined;
  const window = enterWindow();
  started.add(count);
  return { window, atMs: offsetMs() };
}

/** It was answered. @param asExpected or else its user was not served. */
export function end(begun: Started | undefined, asExpected: boolean): void {
  if (begun === undefined) return;
  if (!asExpected) noteFailure();
  ended.add(1, windowTag(begun.window));
}

/** It was sent on until k6 gave up: each of the answers on the way is expected by itself. @param tags of the request, as k6 has got them. */
export function endLost(begun: Started | undefined, tags: object | undefined): void {
  note(sentOn, begun, tags);
  end(begun, false);
}

/** It was answered, and goes on when the load is over: k6 tells of it only where it ends before that. */
export function leaveOpen(begun: Started | undefined, tags: object | undefined): void {
  note(leftOpen, begun, tags);
}

/** It was answered, and its script has closed it, which k6 tells as a call that was cancelled. */
export function closeAnswered(begun: Started | undefined, tags: object | undefined): void {
  note(closed, begun, tags);
}

function note(counter: Counter, begun: Started | undefined, tags: object | undefined): void {
  if (begun !== undefined) counter.add(1, { ...tags, ...windowTag(begun.window) });
}

/** Its user has waited for nothing; once, where several requests were under way together. */
export function hang(begun: Started | undefined): void {
  if (begun !== undefined) noteHung(begun.atMs);
}

/** It got no answer. @param tags of the request, as k6 has got them. */
export function lose(
  begun: Started | undefined,
  errorCode: number | undefined,
  tags: object | undefined,
): void {
  if (begun === undefined) return;
  noteFailure();
  const window = windowTag(begun.window);
  unanswered.add(offsetMs() - begun.atMs, { ...tags, ...window, error_code: String(errorCode ?? '') });
  ended.add(1, window);
}
