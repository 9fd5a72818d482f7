// What users may do as the plan goes on, and whom each change is told.
import type { Right } from '../../node-image/contract/access-rights.ts';
import type { Access, GrantChange, RevokeChange } from '../scenario/access/access.ts';
import type { Members } from './members.ts';
import type { AccessAction } from './plan.ts';
import { randomStream } from './random-stream.ts';

/** Nodes of a list: one is told, and so many more stand in for it. */
const MOST_TOLD = 5;

export class AccessCourse {
  readonly #rights: Map<string, readonly Right[]>;
  readonly #ignoredBy: readonly string[];
  readonly #random: () => number;
  #changes = 0;

  constructor({ users, ignoredBy }: Access, seed: number) {
    this.#ignoredBy = ignoredBy;
    this.#rights = new Map(users.map(({ name, rights }) => [name, rights]));
    this.#random = randomStream(seed, 'access');
  }

  /** Undefined where it changes nothing. */
  change(
    change: GrantChange | RevokeChange,
    members: ReadonlyMap<string, Members>,
  ): AccessAction | undefined {
    const { user } = change;
    const before = this.#rights.get(user) ?? [];
    const tokenOnly = change.kind === 'revoke' && change.tokenOnly;
    const rights = tokenOnly ? before : changedRights(change, before);
    if (rights.length === 0 && !tokenOnly) return undefined;
    const after = afterwards(change, rights, before, tokenOnly);
    this.#rights.set(user, after);
    const tell = this.#tell(change.kind, members);
    const nodes = tell.flatMap(([first]) => (first === undefined ? [] : [first]));
    const id = `c${(this.#changes += 1)}`;
    return { kind: change.kind, id, user, rights, after, tokenOnly, tell, nodes };
  }

  /** Servers share one policy, and peers tell each other; rights that are given travel in the user's token, as far as peers are concerned. */
  #tell(kind: 'grant' | 'revoke', members: ReadonlyMap<string, Members>): string[][] {
    const of = (role: string) =>
      [...members.values()]
        .filter(({ group }) => group.role === role && !this.#ignoredBy.includes(group.name))
        .flatMap(({ nodes }) => nodes);
    const servers = of('server');
    const peers = kind === 'revoke' ? of('peer') : [];
    return [servers, peers].filter((nodes) => nodes.length > 0).map((nodes) => this.#shuffled(nodes));
  }

  #shuffled(nodes: readonly string[]): string[] {
    return nodes
      .map((node) => ({ node, at: this.#random() }))
      .toSorted((a, b) => a.at - b.at)
      .slice(0, MOST_TOLD)
      .map(({ node }) => node);
  }
}

function changedRights(change: GrantChange | RevokeChange, before: readonly Right[]): readonly Right[] {
  if (change.kind === 'grant') return change.rights.filter((right) => !before.includes(right));
  return before.filter((right) => change.rights === null || change.rights.includes(right));
}

function afterwards(
  { kind }: GrantChange | RevokeChange,
  changed: readonly Right[],
  before: readonly Right[],
  tokenOnly: boolean,
): readonly Right[] {
  if (tokenOnly) return before;
  return kind === 'grant' ? [...before, ...changed] : before.filter((right) => !changed.includes(right));
}
