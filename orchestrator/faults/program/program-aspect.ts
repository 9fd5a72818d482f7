// Whether a node's program runs, as a side of it that faults change: stopped, or dying again and again. The node stays, with its files; what
// it had in its memory is lost.
import { cutOffChains } from '../firewall/cut-off.ts';
import { firewallScript } from '../firewall/firewall.ts';
import type { Aspect } from '../kind/aspect.ts';
import type { CrashLoop } from '../kind/fault-host.ts';
import { seenEnded } from './seen-ended.ts';

export interface ProgramState {
  /** null = nobody wants it stopped. `graceMs` as for `FaultHost.stop`. `silently`: nothing that it or its kernel says at its end is heard. */
  readonly stopped: { readonly graceMs: number | null; readonly silently?: true } | null;
  /** Where it is not stopped; null = it does not crash. */
  readonly crashing: CrashLoop | null;
}

const runs: ProgramState = { stopped: null, crashing: null };

/** It goes with the network of the container, which is another one after the next start. */
const TABLE = 'topolab_silence';
const BOTH = { in: true, out: true };

/** What its look looks at, for the kinds that change it. */
export const programSeenBy = 'whether the engine has the container running, or has seen it end';

/** A program that has ended never becomes ready, so that a node that joins is stopped once it is. */
export const programAspect: Aspect<ProgramState> = {
  name: 'program',
  fresh: runs,
  from: 'ready',
  outlivesProgram: true,
  entersNetwork: false,
  ofGroup: () => runs,
  async apply(host, node, { stopped, crashing }) {
    if (stopped?.silently)
      await host.inNetwork(node, firewallScript(TABLE, cutOffChains(BOTH)), 'silence the node');
    if (stopped !== null) await host.stop(node, stopped.graceMs);
    else if (crashing !== null) await host.crash(node, crashing);
    else await host.start(node);
  },
  async look(host, node, { stopped, crashing }) {
    const { isSo: hasEnded, saw } = await seenEnded(host, node);
    if (stopped === null && crashing === null) return { isSo: !hasEnded, saw };
    // A restart is over, and a program that crashes runs again, perhaps before anybody could look.
    const hadEnded = !hasEnded && host.sawEnd(node);
    return { isSo: hasEnded || hadEnded, saw: hadEnded ? `${saw} again, and had ended` : saw };
  },
};
