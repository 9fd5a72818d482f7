// What the trials of a failure study say about the topology: which nodes are single points of failure, and what each loss costs. Pure.
import type { FaultImpact } from '../measure/impacts/fault-impact.ts';
import type { TopologyNode } from './trial-scenario.ts';
import { isControl, lossKey, type Trial, type TrialResult } from './trial.ts';

/**
 * What the loss of these nodes does by itself:
 * `not-recovered`: until the end of the load users were not served as before, and a second run said the same;
 * `own-users`: only those were not served whose node it was;
 * `recovered`: users noticed, and were served as before again; `unharmed`: nobody noticed;
 * `doubtful`: one run says so, and no second one: it recovered, can't be believed, or is still to come; `invalid`: nothing can be concluded.
 */
export type LossOutcome = 'not-recovered' | 'doubtful' | 'own-users' | 'recovered' | 'unharmed' | 'invalid';

/** What the loss of a node costs, of two at once, or of a host with all nodes on it. */
export interface Loss {
  readonly killed: readonly TopologyNode[];
  /** The host that was lost, with those nodes. */
  readonly host?: string;
  readonly outcome: LossOutcome;
  /** Of the worst run; null where there is none that can be believed. */
  readonly impact: FaultImpact | null;
  readonly servedAtEnd: number | null;
  /** Objectives that were missed, and held in the control run. */
  readonly missed: readonly string[];
  /** Folders of the runs that say so, relative to the study's. */
  readonly runs: readonly string[];
  /** Why it can't be believed. */
  readonly invalid: readonly string[];
}

export interface Conclusion {
  /** Why nothing is concluded: the control run was not valid, or already disturbed by itself. Empty = all is well. */
  readonly unsteady: readonly string[];
  readonly control: TrialResult | undefined;
  /** The worst first. */
  readonly losses: readonly Loss[];
}

/** Whether nothing else went at the same time: such a loss alone can be a single point of failure. */
export function isSingle({ killed, host }: Pick<Loss, 'killed' | 'host'>): boolean {
  return host !== undefined || killed.length === 1;
}

type NextTrial = Omit<Trial, 'variant'>;

/**
 * What must still be found out, in the order in which it is run.
 * @param ofHosts whether each of several hosts is lost that nodes are on, once the control run has shown which those are.
 */
export function nextTrials(
  nodes: readonly TopologyNode[],
  done: readonly TrialResult[],
  { mostPairs, ofHosts = true }: { readonly mostPairs: number; readonly ofHosts?: boolean },
): NextTrial[] {
  const conclusion = conclude(nodes, done);
  if (conclusion.control === undefined) return [{ killed: [], attempt: 1 }];
  if (conclusion.unsteady.length > 0)
    return done.filter(isControl).length < 2 ? [{ killed: [], attempt: 2 }] : [];
  const singles: NextTrial[] = [
    ...nodes.map(({ node }) => ({ killed: [node], attempt: 1 }) as const),
    ...(ofHosts ? hostsOf(nodes, conclusion.control) : []),
  ];
  const missing = singles.filter((single) => !wasTried(single, done));
  if (missing.length > 0) return missing;
  const again = needsAnother(nodes, done);
  if (again.length > 0) return again;
  return pairsOf(nodes, done)
    .slice(0, mostPairs)
    .map((killed): NextTrial => ({ killed, attempt: 1 }))
    .filter((pair) => !wasTried(pair, done));
}

function wasTried(trial: NextTrial, done: readonly TrialResult[]): boolean {
  return done.some((each) => lossKey(each) === lossKey(trial));
}

/** The loss of each host that nodes were on in the control run, with those nodes. */
function hostsOf(nodes: readonly TopologyNode[], { hosts = {} }: TrialResult): NextTrial[] {
  const there = nodes.flatMap(({ node }) => {
    const host = hosts[node];
    return host === undefined ? [] : [{ node, host }];
  });
  return [...Map.groupBy(there, ({ host }) => host)]
    .map(([host, on]): NextTrial => ({ killed: on.map(({ node }) => node), host, attempt: 1 }))
    .toSorted((a, b) => (a.host ?? '').localeCompare(b.host ?? '', 'en', { numeric: true }));
}

/** A loss that looks like a single point of failure, or that can't be believed, is tried once more. */
function needsAnother(nodes: readonly TopologyNode[], done: readonly TrialResult[]): NextTrial[] {
  return done
    .filter(
      (trial) =>
        !isControl(trial) &&
        (trial.invalid.length > 0 || !servesOthers(trial, nodes)) &&
        done.filter((each) => lossKey(each) === lossKey(trial)).length < 2,
    )
    .map(({ killed, host }) => ({ killed, ...(host !== undefined && { host }), attempt: 2 }));
}

export function conclude(nodes: readonly TopologyNode[], done: readonly TrialResult[]): Conclusion {
  const controls = done.filter(isControl);
  const control = controls.find((trial) => unsteadiness(trial).length === 0) ?? controls.at(-1);
  const unsteady = control === undefined ? [] : unsteadiness(control);
  const byLoss = Map.groupBy(
    done.filter((trial) => !isControl(trial)),
    lossKey,
  );
  const losses = [...byLoss.values()].map((trials) => lossOf(trials, nodes, control));
  return { unsteady, control, losses: losses.toSorted(worseFirst) };
}

/** What would look like the cost of a kill although nobody was killed. */
function unsteadiness({ invalid, impact }: TrialResult): readonly string[] {
  if (invalid.length > 0) return invalid;
  if (impact?.servedBefore == null || impact.servedBefore === 0)
    return ['Nothing was served before the moment of the kill.'];
  // A second in which a little less is served is chance; what is lost, or does not come back, is not.
  if (impact.recoveredAfterMs !== null && impact.lost === 0) return [];
  return [
    'Users were not served steadily although no node was killed: at the moment of the kill, operations failed or fewer were served.',
  ];
}

function lossOf(
  trials: readonly TrialResult[],
  nodes: readonly TopologyNode[],
  control: TrialResult | undefined,
): Loss {
  const { killed: names = [], host } = trials[0] ?? {};
  const valid = trials.filter(({ invalid, impact }) => invalid.length === 0 && impact !== null);
  const worst = valid.toSorted((a, b) => severityOf(b) - severityOf(a))[0];
  return {
    killed: nodes.filter(({ node }) => names.includes(node)),
    ...(host !== undefined && { host }),
    outcome: outcomeOf(valid, nodes),
    impact: worst?.impact ?? null,
    servedAtEnd: worst?.servedAtEnd ?? null,
    missed: worst?.missed.filter((name) => !control?.missed.includes(name)) ?? [],
    runs: trials.map(({ folder }) => folder),
    invalid: valid.length > 0 ? [] : trials.flatMap(whyNotBelieved),
  };
}

function whyNotBelieved({ invalid }: TrialResult): readonly string[] {
  return invalid.length > 0 ? invalid : ['Nothing was measured of its users.'];
}

function outcomeOf(valid: readonly TrialResult[], nodes: readonly TopologyNode[]): LossOutcome {
  if (valid.length === 0) return 'invalid';
  const lasting = valid.filter((trial) => !servesOthers(trial, nodes)).length;
  if (lasting > 0) return lasting >= 2 && lasting === valid.length ? 'not-recovered' : 'doubtful';
  if (!valid.every(hasRecovered)) return 'own-users';
  return valid.every(({ impact }) => impact?.recoveredAfterMs === 0 && impact.lost === 0)
    ? 'unharmed'
    : 'recovered';
}

function hasRecovered({ impact }: TrialResult): boolean {
  return impact !== null && impact.recoveredAfterMs !== null;
}

/** What is served of what was served before counts as all of it, for loads vary a little. */
const ALL_SHARE = 0.95;

/** Whether in the end all were served who did not sit at the dead nodes themselves. */
function servesOthers(trial: TrialResult, nodes: readonly TopologyNode[]): boolean {
  if (hasRecovered(trial)) return true;
  const own = nodes.reduce(
    (sum, { node, ownUsersShare }) => (trial.killed.includes(node) ? sum + ownUsersShare : sum),
    0,
  );
  return own > 0 && (trial.servedAtEnd ?? 0) >= ALL_SHARE * (1 - own);
}

/** For the choice of the worst run of a loss alone; no figure that is shown. */
function severityOf({ impact }: TrialResult): number {
  if (impact === null) return -1;
  return impact.recoveredAfterMs === null ? Number.POSITIVE_INFINITY : impact.lost;
}

const RANK: Readonly<Record<LossOutcome, number>> = {
  'not-recovered': 0,
  doubtful: 1,
  'own-users': 2,
  recovered: 3,
  unharmed: 4,
  invalid: 5,
};

/** By what became of it, then by what was served in the end, by operations lost, and by the time to recover. */
export function worseFirst(a: Loss, b: Loss): number {
  return (
    RANK[a.outcome] - RANK[b.outcome] ||
    lasting(a) - lasting(b) ||
    (b.impact?.lost ?? 0) - (a.impact?.lost ?? 0) ||
    (b.impact?.recoveredAfterMs ?? 0) - (a.impact?.recoveredAfterMs ?? 0) ||
    a.killed.length - b.killed.length
  );
}

function lasting({ outcome, servedAtEnd }: Loss): number {
  return outcome === 'not-recovered' || outcome === 'doubtful' || outcome === 'own-users'
    ? (servedAtEnd ?? 0)
    : 0;
}

/** A node stands in for another when it sends so much more than in the control run, as a share of what the dead one sent there. */
const TAKEN_OVER_SHARE = 0.1;
/** And so much more than it did itself: what comes and goes by chance is less. */
const MORE_THAN_OWN = 1.15;

/**
 * Pairs worth killing at once: a node, and one that was seen to stand in for it (lineage-driven fault injection, Alvaro et al. 2015:
 * only what replaced a lost part can make its loss matter). Nodes whose own loss already is not recovered from are left out.
 */
export function pairsOf(
  nodes: readonly TopologyNode[],
  done: readonly TrialResult[],
): readonly (readonly [string, string])[] {
  const { control } = conclude(nodes, done);
  if (control === undefined) return [];
  const harmless = new Set(
    done.filter((trial) => isOfOneNode(trial) && hasRecovered(trial)).map(({ killed }) => killed[0]),
  );
  const pairs = new Map<string, readonly [string, string]>();
  for (const trial of done) {
    const [dead] = trial.killed;
    if (dead === undefined || !isOfOneNode(trial) || !harmless.has(dead)) continue;
    for (const { node } of nodes) {
      if (node === dead || !harmless.has(node) || !tookOver(node, dead, trial, control)) continue;
      const pair = dead < node ? ([dead, node] as const) : ([node, dead] as const);
      pairs.set(pair.join(' '), pair);
    }
  }
  return [...pairs.values()];
}

function tookOver(node: string, dead: string, trial: TrialResult, control: TrialResult): boolean {
  const before = control.sentBytesPerSecond[node] ?? 0;
  const after = trial.sentBytesPerSecond[node] ?? 0;
  const deadSent = control.sentBytesPerSecond[dead] ?? 0;
  return deadSent > 0 && after > MORE_THAN_OWN * before && after - before > TAKEN_OVER_SHARE * deadSent;
}

function isOfOneNode({ killed, host }: Trial): boolean {
  return killed.length === 1 && host === undefined;
}
