// Looks at a node again and again until it is as it was to be: often at first, for whoever counts how long others take to notice counts from here.
import { messageOf } from '../errors.ts';
import type { Sighting } from './kind/sighting.ts';

/** What looking needs of time; the tests have one of their own. */
export interface LookTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so long, or rejects when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Looked extends Sighting {
  /** When the last look began, milliseconds since 1970: where it is so, it was so by then. */
  readonly atMs: number;
  /** When it ended. */
  readonly endedMs: number;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * Resolves with the first look that finds it so; or with the last one that did not, when the signal aborts or the time is over. undefined where it
 * aborts before anybody could look. Never rejects: a look that fails has seen why.
 */
export async function lookUntil(
  look: () => Promise<Sighting>,
  time: LookTime,
  signal: AbortSignal,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<Looked | undefined> {
  const beganMs = time.now();
  let last: Looked | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const atMs = time.now();
    // One that has begun in time may end after it: it has seen what it has seen.
    const sighting = await look().catch(notLooked);
    last = { ...sighting, atMs, endedMs: time.now() };
    if (last.isSo || time.now() - beganMs >= mostMs) break;
    await time.pause(pauseMs, signal).catch(() => {});
  }
  return last;
}

function notLooked(error: unknown): Sighting {
  return { isSo: false, saw: `could not look: ${messageOf(error)}` };
}
