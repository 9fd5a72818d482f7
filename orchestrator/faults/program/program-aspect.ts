// Whether a node's program runs, as a side of it that faults change: stopped, or dying again and again. The node stays, with its files; what
// it had in its memory is lost.
import type { Aspect } from '../kind/aspect.ts';
import type { CrashLoop } from '../kind/fault-host.ts';

export interface ProgramState {
  /** null = nobody wants it stopped. `graceMs` as for `FaultHost.stop`. */
  readonly stopped: { readonly graceMs: number | null } | null;
  /** Where it is not stopped; null = it does not crash. */
  readonly crashing: CrashLoop | null;
}

const runs: ProgramState = { stopped: null, crashing: null };

/** A program that has ended never becomes ready, so that a node that joins is stopped once it is. */
export const programAspect: Aspect<ProgramState> = {
  name: 'program',
  fresh: runs,
  from: 'ready',
  outlivesProgram: true,
  entersNetwork: false,
  ofGroup: () => runs,
  async apply(host, node, { stopped, crashing }) {
    if (stopped !== null) await host.stop(node, stopped.graceMs);
    else if (crashing !== null) await host.crash(node, crashing);
    else await host.start(node);
  },
  async look(host, node, { stopped, crashing }) {
    const runs = await host.isRunning(node);
    const saw = `its container ${runs ? 'runs' : 'has ended'}`;
    if (stopped === null && crashing === null) return { isSo: runs, saw };
    // A restart is over, and a program that crashes runs again, perhaps before anybody could look.
    const ended = host.sawEnd(node);
    return { isSo: !runs || ended, saw: runs && ended ? `${saw} again, and had ended` : saw };
  },
};
