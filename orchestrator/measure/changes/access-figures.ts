// What became of users' rights in a run, from what its canaries recorded. Pure.
import type { Right } from '../../../node-image/contract/access-rights.ts';
import type { GainedRights, LostRights, RecordedAccess } from '../../record/access-figures.ts';
import type { RunEvent } from '../../record/event.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** `revocation`: by the timeline. The others are tokens that are good for nothing: expired, forged, or without the right from the start. */
export type LossKind = 'revocation' | 'expired' | 'forged' | 'not-granted';

export interface NodeRefusal {
  readonly node: string;
  /** Whether its group ignores the policy. */
  readonly ignores: boolean;
  /** Requests that were sent after the loss. */
  readonly probes: number;
  readonly served: number;
  readonly failed: number;
  /**
   * Milliseconds from the acknowledgement to the last request that was served, by when it was sent; 0 = none was. null: it still served in the
   * end (`never`), or never answered with a yes or no (`unreached`).
   */
  readonly refusedAfterMs: number | null;
  readonly state: 'refused' | 'never' | 'unreached';
}

export interface LossFigures {
  /** `c1` as in the plan; of tokens that are good for nothing, the kind. */
  readonly id: string;
  readonly kind: LossKind;
  readonly canary: string;
  readonly rights: readonly Right[];
  /** The plan's words for it; null where no action stands behind it. */
  readonly summary: string | null;
  /** Milliseconds after the start of the load. */
  readonly acknowledgedMs: number;
  /** How long it took to tell those who had to be told. */
  readonly tellingMs: number;
  /** Who was told by the one who revoked it: the places to change. */
  readonly told: readonly string[];
  /** Nodes that keep or remember rights, and so had to hear of it; null where nobody had to. */
  readonly keepers: number | null;
  readonly nodes: readonly NodeRefusal[];
  /** The longest of all nodes that do not ignore the policy; null where one of them still served in the end, or none answered. */
  readonly refusedEverywhereMs: number | null;
  /** Nodes that still served in the end, those that ignore the policy left out. */
  readonly neverAt: readonly string[];
  /** Of nodes that do not ignore the policy: requests served that should not have been, of those that were sent. */
  readonly unauthorised: {
    readonly served: number;
    readonly probes: number;
    readonly laterThanCache: number;
  };
  /** The same of nodes that ignore the policy. */
  readonly ignoring: { readonly served: number; readonly probes: number };
  /** Times of the requests that were served nevertheless, milliseconds after the acknowledgement, of all nodes. */
  readonly servedAfterMs: readonly number[];
  /** Messages written after the acknowledgement that reached whoever had lost the right to read them. */
  readonly receivedAfterwards: number;
  /** Messages of whoever had lost the right to publish that reached users of other nodes. */
  readonly spread: number;
  readonly streams: LostRights['streams'];
}

export interface AccessFigures {
  /** How long servers and clients believe what they were told. */
  readonly cacheMs: number;
  readonly lost: readonly LossFigures[];
  readonly gained: readonly (GainedRights & {
    /** Until every node served; null where one of them never did. */
    readonly grantedEverywhereMs: number | null;
  })[];
  /** Users with rights: requests that they were to be served, and those that were refused. */
  readonly kept: {
    readonly probes: number;
    readonly refused: number;
    readonly failed: number;
    readonly refusals: RecordedAccess['kept'];
  };
}

/** null where the scenario's users have no rights, or the run did not come to measuring it. */
export function accessFigures(
  { access }: Pick<Scenario, 'access'>,
  events: readonly RunEvent[],
): AccessFigures | null {
  const recorded = events.findLast((event) => event.type === 'access-measured');
  if (access === undefined || recorded === undefined) return null;
  const groups = new Map(
    events.flatMap((event) => (event.type === 'node-launched' ? [[event.node, event.group]] : [])),
  );
  const ignores = (node: string) => access.ignoredBy.includes(groups.get(node) ?? '');
  const sum = (field: 'served' | 'refused' | 'failed') =>
    recorded.kept.reduce((all, each) => all + each[field], 0);
  return {
    cacheMs: access.cacheMs,
    lost: recorded.lost.map((loss) => lossFigures(loss, access.cacheMs, ignores, events)),
    gained: recorded.gained.map((gain) => ({ ...gain, grantedEverywhereMs: longest(gain) })),
    kept: {
      probes: sum('served') + sum('refused') + sum('failed'),
      refused: sum('refused'),
      failed: sum('failed'),
      refusals: recorded.kept.filter(({ refused }) => refused > 0),
    },
  };
}

/** Requests served so long after a loss, over all losses that were acknowledged in a stretch. */
export function servedLater(losses: readonly LossFigures[], afterMs: number): number {
  return losses.reduce((all, loss) => all + laterThan(loss, afterMs), 0);
}

function lossFigures(
  loss: LostRights,
  cacheMs: number,
  ignores: (node: string) => boolean,
  events: readonly RunEvent[],
): LossFigures {
  const nodes = loss.nodes.map((seen): NodeRefusal => {
    const { node, probes, served, failed, stillServes, lastServedAfterMs } = seen;
    const state = probes === failed ? 'unreached' : stillServes ? 'never' : 'refused';
    const refusedAfterMs = state === 'refused' ? Math.ceil(lastServedAfterMs ?? 0) : null;
    return { node, ignores: ignores(node), probes, served, failed, refusedAfterMs, state };
  });
  const obeying = nodes.filter((node) => !node.ignores);
  const answering = obeying.filter(({ state }) => state !== 'unreached');
  const neverAt = obeying.filter(({ state }) => state === 'never').map(({ node }) => node);
  const action = events.find(
    (event) =>
      event.type === 'action-started' && 'user' in event.action.change && event.action.change.id === loss.id,
  );
  const changed = events.find((event) => event.type === 'access-changed' && event.change === loss.id);
  const about = {
    id: loss.id,
    kind: kindOf(loss.id),
    canary: loss.canary,
    rights: loss.rights,
    summary: action?.type === 'action-started' ? action.action.summary : null,
    acknowledgedMs: loss.acknowledgedMs,
    tellingMs: Math.round(loss.acknowledgedMs - loss.issuedMs),
    told: loss.told,
    keepers: changed?.type === 'access-changed' ? changed.keepers : null,
  };
  const figures = {
    ...about,
    nodes,
    refusedEverywhereMs:
      neverAt.length > 0 || answering.length === 0
        ? null
        : Math.max(...answering.map(({ refusedAfterMs }) => refusedAfterMs ?? 0)),
    neverAt,
    unauthorised: { ...countsOf(obeying), laterThanCache: 0 },
    ignoring: countsOf(nodes.filter((node) => node.ignores)),
    servedAfterMs: loss.servedAfterMs,
    receivedAfterwards: loss.receivedAfterwards,
    spread: loss.spread,
    streams: loss.streams,
  };
  return {
    ...figures,
    unauthorised: { ...figures.unauthorised, laterThanCache: laterThan(figures, cacheMs) },
  };
}

/** Those whose times were too many to keep came after those that were kept. Nodes that ignore the policy are in the times too. */
function laterThan(
  { servedAfterMs, unauthorised, ignoring }: Pick<LossFigures, 'servedAfterMs' | 'unauthorised' | 'ignoring'>,
  afterMs: number,
): number {
  const all = unauthorised.served + ignoring.served;
  const early = servedAfterMs.filter((ms) => ms <= afterMs).length;
  return Math.max(0, Math.min(unauthorised.served, all - early - ignoring.served));
}

function countsOf(nodes: readonly NodeRefusal[]): { served: number; probes: number } {
  return {
    served: nodes.reduce((all, { served }) => all + served, 0),
    probes: nodes.reduce((all, { probes }) => all + probes, 0),
  };
}

function kindOf(id: string): LossKind {
  return id === 'expired' || id === 'forged' || id === 'not-granted' ? id : 'revocation';
}

function longest({ nodes }: GainedRights): number | null {
  const times = nodes.map(({ servedAfterMs }) => servedAfterMs);
  if (times.length === 0 || times.includes(null)) return null;
  return Math.ceil(Math.max(...times.map((ms) => ms ?? 0)));
}
