// Stands in for k6's timers, global and of the module `k6/timers`: k6 goes on with an iteration until they have been called, so that what a callback
// throws ends it, after its function has returned. One that is due after the load is never called; intervals end with the load.
import { endUnfinished, holdOpen, inIteration, inThisIteration, leftMs, onceOver } from './iteration.ts';
import * as native from './native-timers.ts';

type Id = ReturnType<typeof native.setTimeout>;
type Callback = (...args: unknown[]) => unknown;
type SetTimer = (callback: Callback, ms?: number, ...args: unknown[]) => Id;

const releases = new Map<Id | undefined, () => void>();

function release(id: Id | undefined): void {
  releases.get(id)?.();
  releases.delete(id);
}

export const setTimeout: SetTimer = (callback, ms = 0, ...args) => {
  if (!inIteration() || typeof callback !== 'function') return native.setTimeout(callback, ms, ...args);
  const left = leftMs();
  const run = inThisIteration(callback);
  const giveUp = endUnfinished();
  const id: Id =
    ms > left
      ? native.setTimeout(giveUp, Math.max(1, left))
      : native.setTimeout(() => {
          try {
            run(...args);
          } finally {
            release(id);
          }
        }, ms);
  releases.set(id, holdOpen());
  return id;
};

export const setInterval: SetTimer = (callback, ms = 0, ...args) => {
  if (!inIteration() || typeof callback !== 'function') return native.setInterval(callback, ms, ...args);
  const id = native.setInterval(inThisIteration(callback), ms, ...args);
  const close = holdOpen();
  // Scripts need not end an interval that has nothing to do any more, and k6 would wait for its next call until it ends the iteration by force.
  const endWait = onceOver(() => clearInterval(id));
  releases.set(id, () => {
    endWait();
    close();
  });
  return id;
};

export function clearTimeout(id?: Id): void {
  native.clearTimeout(id);
  release(id);
}

export function clearInterval(id?: Id): void {
  native.clearInterval(id);
  release(id);
}

const standIns = { setTimeout, clearTimeout, setInterval, clearInterval };

export function installTimers(): void {
  Object.assign(globalThis, standIns);
}

export default standIns;
