// Updates as the plan is made: who is replaced by whom, and when, where each node has its own time.
import { heldAt, type Update } from '../scenario/timeline/update.ts';
import type { Distribution } from '../scenario/groups/group.ts';
import type { Agenda } from './agenda.ts';
import { drawTimeMs } from './draw-time.ts';
import type { Members } from './members.ts';
import type { ActionChange, PlannedUpdate, Replacement } from './plan.ts';
import { randomStream } from './random-stream.ts';

/** After churn: who leaves at the same moment is not replaced. */
const REPLACE_RANK = 3;

export interface UpdateCourseOptions {
  readonly seed: number;
  readonly agenda: Agenda;
  /** @param surge nodes that are there in addition while it lasts. */
  readonly write: (offsetMs: number, change: ActionChange, source: string, surge: number) => void;
  /** To be called for each node that joins. */
  readonly joined: (group: string, node: string, offsetMs: number) => void;
}

export class UpdateCourse {
  readonly #options: UpdateCourseOptions;
  #begun = 0;

  constructor(options: UpdateCourseOptions) {
    this.#options = options;
  }

  begin(update: Update, members: Members, offsetMs: number, source: string): void {
    const id = `u${++this.#begun}`;
    const { pace } = update;
    const rolling = pace.kind === 'rolling';
    const replacements = rolling ? namedReplacements(members, members.nodes, update) : [];
    const old = members.nodes;
    const atOnce = rolling ? Math.min(pace.parallelism, old.length) : 0;
    const change: ActionChange = {
      kind: 'update',
      id,
      group: members.group.name,
      update: planned(update),
      source,
      replacements,
      nodes: replacements.map(({ by }) => by),
    };
    this.#write(offsetMs, change, source, surgeOf(update, atOnce));
    if (pace.kind === 'own-time')
      for (const [node, afterMs] of this.#drawn(id, members, old, { ...update, spread: pace.spread }))
        this.#planReplacement({ id, update, members, node, source }, offsetMs + afterMs);
  }

  /** Until each is replaced, the earliest first; while the update is held, nobody's time passes. */
  #drawn(
    id: string,
    { group }: Members,
    nodes: readonly string[],
    { spread, hold }: { readonly spread: Distribution; readonly hold: Update['hold'] },
  ): (readonly [string, number])[] {
    const { seed } = this.#options;
    return nodes
      .map((node) => [node, drawTimeMs(spread, randomStream(seed, group.name, 'update', id, node))] as const)
      .toSorted(([, a], [, b]) => a - b)
      .map(([node, afterMs], index) => {
        const held = hold.filter(({ share }) => heldAt(share, nodes.length) <= index);
        return [node, afterMs + held.reduce((sum, { forMs }) => sum + forMs, 0)] as const;
      });
  }

  #planReplacement(
    {
      id,
      update,
      members,
      node,
      source,
    }: {
      readonly id: string;
      readonly update: Update;
      readonly members: Members;
      readonly node: string;
      readonly source: string;
    },
    atMs: number,
  ): void {
    this.#options.agenda.at(atMs, REPLACE_RANK, () => {
      const [replacement] = members.has(node) ? namedReplacements(members, [node], update) : [];
      // It has left, or died, before its time.
      if (replacement === undefined) return;
      const group = members.group.name;
      const change: ActionChange = {
        kind: 'replace',
        update: id,
        group,
        replacement,
        nodes: [replacement.by],
      };
      this.#write(atMs, change, source, surgeOf(update, 1));
    });
  }

  #write(
    offsetMs: number,
    change: Extract<ActionChange, { kind: 'update' | 'replace' }>,
    source: string,
    surge: number,
  ): void {
    this.#options.write(offsetMs, change, source, surge);
    for (const node of change.nodes) this.#options.joined(change.group, node, offsetMs);
  }
}

function planned({ program: { image, foreignImage, version }, ...update }: Update): PlannedUpdate {
  return { ...update, program: { image, foreignImage, version } };
}

function surgeOf({ order }: Update, atOnce: number): number {
  return order === 'start-first' ? atOnce : 0;
}

/** Names of those that would come back are kept for them, whether or not they will. */
function namedReplacements(members: Members, nodes: readonly string[], { onFailure }: Update): Replacement[] {
  const by = members.newNames(nodes.length);
  const back = onFailure === 'rollback' ? members.newNames(nodes.length) : [];
  return nodes.map((node, index) => ({ node, by: by[index] ?? '', back: back[index] ?? null }));
}
