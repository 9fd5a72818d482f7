// Carries updates out: nodes make room for new ones that run what the group has got. A new one that fails is taken away, and the update goes
// on, ends there or is taken back, as the scenario has it.
import { messageOf, TopolabError } from '../../errors.ts';
import { pause } from '../../pause.ts';
import type { ActionChange, Replacement } from '../../plan/plan.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Departing } from '../membership/departing.ts';
import type { Joining } from '../membership/joining.ts';
import type { Roster } from '../nodes/roster.ts';
import { updateBatches } from './update-batches.ts';

type UpdateChange = Extract<ActionChange, { readonly kind: 'update' }>;
type ReplaceChange = Extract<ActionChange, { readonly kind: 'replace' }>;

export interface UpdatingOptions {
  readonly roster: Roster;
  readonly joining: Pick<Joining, 'launch'>;
  readonly departing: Pick<Departing, 'retire'>;
  readonly recorder: Recorder;
}

/** An update from its command on. */
interface Going {
  readonly change: UpdateChange;
  /** Nodes that were there to be replaced. */
  readonly nodes: number;
  /** In the order in which they began. */
  readonly begun: Replacement[];
  /** Each settles once its new node is ready, or has failed. */
  readonly underWay: Set<Promise<void>>;
  /** Each settles once its new node has been watched for long enough. */
  readonly watched: Promise<void>[];
  readonly failed: string[];
  /** Aborts when more have failed than may. */
  readonly stopped: AbortController;
  concluded: Promise<void> | undefined;
}

export class Updating {
  readonly #options: UpdatingOptions;
  /** By id. */
  readonly #going = new Map<string, Going>();
  /** By group: settles when its updates so far are over. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(options: UpdatingOptions) {
    this.#options = options;
  }

  /**
   * From now on, or from the end of the group's update before it, nodes that join run what it brings. Resolves when all have been replaced, or
   * at once where each has its own time. Rejects with `update-failed` where a new node failed, unless the update was taken back.
   */
  async update(change: UpdateChange, signal: AbortSignal): Promise<void> {
    const before = this.#turns.get(change.group);
    const carryOut = () => this.#carryOut(change, signal);
    const work = before === undefined ? carryOut() : before.then(carryOut);
    this.#turns.set(
      change.group,
      work.catch(() => {}),
    );
    await work;
  }

  /** One node of an update in which each has its own time. Where that has ended, nothing happens. */
  async replace({ update, replacement }: ReplaceChange, signal: AbortSignal): Promise<void> {
    const going = this.#going.get(update);
    this.#options.roster.holdPlace(replacement.by, replacement.node);
    if (going === undefined || going.stopped.signal.aborted) return;
    await this.#replaceAndWatch(going, replacement, signal);
    await Promise.all(going.watched);
    if (going.stopped.signal.aborted) await this.#conclude(going, signal);
    else if (going.failed.includes(replacement.by)) throw updateFailed(going);
  }

  async #carryOut(change: UpdateChange, signal: AbortSignal): Promise<void> {
    const { roster } = this.#options;
    const { group, id, update, replacements } = change;
    roster.putInForce(change);
    for (const { by, node } of replacements) roster.holdPlace(by, node);
    const going: Going = {
      change,
      nodes: roster.of(group).length,
      begun: [],
      underWay: new Set(),
      watched: [],
      failed: [],
      stopped: new AbortController(),
      concluded: undefined,
    };
    this.#going.set(id, going);
    if (update.pace.kind === 'own-time') return;
    for (const batch of updateBatches(replacements, update.pace, update.hold)) {
      await Promise.all(batch.replacements.map((each) => this.#replaceAndWatch(going, each, signal)));
      await until(batch.thenMs, [signal, going.stopped.signal]);
      signal.throwIfAborted();
      if (going.stopped.signal.aborted) break;
    }
    await Promise.all(going.watched);
    await this.#conclude(going, signal);
  }

  async #replaceAndWatch(going: Going, replacement: Replacement, signal: AbortSignal): Promise<void> {
    going.begun.push(replacement);
    const work = this.#replace(going, replacement, signal);
    going.underWay.add(work);
    try {
      await work;
    } finally {
      going.underWay.delete(work);
    }
    const watched = this.#watch(going, replacement.by, signal);
    // Where the run is interrupted, nobody waits for it.
    watched.catch(() => {});
    going.watched.push(watched);
  }

  async #replace(going: Going, { node, by }: Replacement, signal: AbortSignal): Promise<void> {
    const { roster, departing } = this.#options;
    const { group, update } = going.change;
    const old = roster.holderOf(node);
    // The plan may have taken the new one away before its time, or a fault the old one.
    const isWanted = roster.isWanted(group, by) && roster.find(old) !== undefined;
    if (update.order === 'stop-first' || !isWanted) await departing.retire([old], signal);
    if (!isWanted) return;
    const isReady = await this.#launch(going, by, old, signal);
    if (update.order === 'start-first' && isReady) await departing.retire([old], signal);
  }

  /** Whether the new node has become ready. One that has not is taken away. */
  async #launch(going: Going, by: string, takesFrom: string, signal: AbortSignal): Promise<boolean> {
    const { roster, joining } = this.#options;
    try {
      await joining.launch(going.change.group, [by], signal, { takesFrom: { [by]: takesFrom } });
    } catch (error) {
      signal.throwIfAborted();
      await this.#fail(going, by, messageOf(error), signal);
    }
    return roster.find(by)?.state === 'ready';
  }

  async #watch(going: Going, by: string, signal: AbortSignal): Promise<void> {
    const node = this.#options.roster.find(by);
    if (node === undefined) return;
    await until(going.change.update.monitorMs, [signal, node.gone.signal, going.stopped.signal]);
    if (node.state === 'exited' && !signal.aborted)
      await this.#fail(going, by, `${by} exited by itself soon after it was ready`, signal);
  }

  async #fail(going: Going, node: string, why: string, signal: AbortSignal): Promise<void> {
    const { recorder, departing } = this.#options;
    const { id, group, update } = going.change;
    going.failed.push(node);
    recorder.record({ type: 'update-failed', update: id, node, group, why });
    if (update.onFailure !== 'continue' && going.failed.length > update.maxFailureRatio * going.nodes)
      going.stopped.abort();
    await departing.retire([node], signal);
  }

  async #conclude(going: Going, signal: AbortSignal): Promise<void> {
    going.concluded ??= this.#end(going, signal);
    await going.concluded;
  }

  async #end(going: Going, signal: AbortSignal): Promise<void> {
    const { recorder } = this.#options;
    const { id, update } = going.change;
    await Promise.allSettled(going.underWay);
    if (!going.stopped.signal.aborted) {
      if (going.failed.length > 0) throw updateFailed(going);
      return;
    }
    if (update.onFailure === 'rollback') return await this.#rollBack(going, signal);
    recorder.record({ type: 'update-ended', update: id, outcome: 'paused' });
    throw updateFailed(going);
  }

  /** Those that have it get back what they had, as many at a time as got it. */
  async #rollBack({ change, begun }: Going, signal: AbortSignal): Promise<void> {
    const { roster, recorder } = this.#options;
    const { id, group, update } = change;
    recorder.record({ type: 'update-rolling-back', update: id });
    roster.putInForce({ kind: 'roll-back', group, update: id });
    const parallelism = update.pace.kind === 'rolling' ? update.pace.parallelism : 1;
    for (const batch of updateBatches(begun, { parallelism, delayMs: 0 }, []))
      await Promise.all(batch.replacements.map((each) => this.#goBack(change, each, signal)));
    recorder.record({ type: 'update-ended', update: id, outcome: 'rolled-back' });
  }

  async #goBack(
    { group, update }: UpdateChange,
    { by, back }: Replacement,
    signal: AbortSignal,
  ): Promise<void> {
    const { roster, joining, departing } = this.#options;
    const isWanted = roster.isWanted(group, by);
    const holder = roster.find(roster.holderOf(by));
    // It never left, for the new one has never been ready.
    const isThere = holder !== undefined && holder.name !== by && holder.state === 'ready';
    if (isThere || !isWanted || back === null) return;
    if (update.order === 'stop-first') await departing.retire([by], signal);
    await joining.launch(group, [back], signal, { takesFrom: { [back]: by } });
    roster.holdPlace(by, back);
    if (update.order === 'start-first') await departing.retire([by], signal);
  }
}

function updateFailed({ change: { id, group, update }, failed }: Going): TopolabError {
  const what = update.onFailure === 'continue' ? 'went on without' : 'ended at';
  return new TopolabError(`update ${group} (${id}): it ${what} ${failed.join(', ')}, which failed`, {
    code: 'update-failed',
  });
}

/** Resolves after the time, or as soon as one of the signals aborts. */
async function until(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  if (ms > 0) await pause(ms, AbortSignal.any([...signals])).catch(() => {});
}
