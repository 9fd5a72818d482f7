// The words of a failure study, the same in the terminal, the page, JUnit and Markdown.
import { isSingle, type Loss, type LossOutcome } from '../../failures/conclude.ts';
import type { Variant } from '../../failures/failures-folder.ts';
import type { VariantResult } from '../../failures/read-failures.ts';
import type { RoleLoss, RoleRow } from '../../failures/side-by-side.ts';
import type { Trial } from '../../failures/trial.ts';
import { listNames } from '../../format/list-names.ts';
import { roleOf } from '../../scenario/groups/role-of.ts';
import { writeSet } from '../../scenario/parameters/parse-sets.ts';
import { counted, formatDuration, formatNumber, formatShare, NO_VALUE } from '../../format/format-value.ts';

/** `topology=hybrid servers=2`; empty where nothing was varied. */
export function variantName({ set }: Pick<Variant, 'set'>): string {
  return writeSet(set).join(' ');
}

/** `control run`, `kill servers-1`, `kill servers-1 and servers-2 (again)`, `lose host box2`. */
export function describeTrial({ killed, host, attempt }: Pick<Trial, 'killed' | 'host' | 'attempt'>): string {
  const nodes = killed.length === 0 ? 'control run, nobody is killed' : `kill ${killed.join(' and ')}`;
  const what = host === undefined ? nodes : `lose host ${host}`;
  return attempt === 1 ? what : `${what} (again)`;
}

/** `servers-1`, `servers-1 and servers-2`, `host box2`. */
export function lossName({ killed, host }: Pick<Loss, 'killed' | 'host'>): string {
  return host === undefined ? killed.map(({ node }) => node).join(' and ') : `host ${host}`;
}

/** The same, of a host with what was on it: `host box2 (servers-1, servers-2)`. */
export function lossRowName(loss: Pick<Loss, 'killed' | 'host'>): string {
  if (loss.host === undefined) return lossName(loss);
  return `${lossName(loss)} (${listNames(
    loss.killed.map(({ node }) => node),
    4,
  )})`;
}

export function outcomeWords(loss: Pick<Loss, 'outcome' | 'killed' | 'host'>): string {
  const { outcome } = loss;
  if (outcome !== 'not-recovered') return OUTCOME_WORDS[outcome];
  return isSingle(loss) ? 'single point of failure' : 'not survived together';
}

const OUTCOME_WORDS: Readonly<Record<Exclude<LossOutcome, 'not-recovered'>, string>> = {
  doubtful: 'not recovered in one run only',
  'own-users': 'only its own users',
  recovered: 'recovered',
  unharmed: 'nobody noticed',
  invalid: 'not valid',
};

/** `a server`, `the database`, `a host`: a row of the comparison of several topologies. */
export function roleName({ role, losses }: RoleRow): string {
  if (role === 'host') return 'a host';
  const word = roleOf({ role }).word ?? role;
  return losses.some(({ nodes }) => nodes > 1) ? `a ${word}` : `the ${word}`;
}

/** The values by which a variant differs from the others: `hybrid`, `hybrid servers=2`. */
export function columnNames(variants: readonly Pick<Variant, 'set'>[]): string[] {
  const varied = Object.keys(variants[0]?.set ?? {}).filter(
    (name) => new Set(variants.map(({ set }) => set[name])).size > 1,
  );
  return variants.map(({ set }) => {
    const [only] = varied;
    if (varied.length === 1 && only !== undefined) return set[only] ?? '';
    return writeSet(Object.fromEntries(varied.map((name) => [name, set[name] ?? '']))).join(' ');
  });
}

/** `1 of 2: back after 3 s, 14 lost`. */
export function roleLossWords({ nodes, worst }: RoleLoss): string {
  if (nodes === 0) return 'has none';
  const which = nodes === 1 ? '' : `1 of ${nodes}: `;
  if (worst === null) return `${which}not known`;
  const lost = Math.round(worst.impact?.lost ?? 0);
  return `${which}${fateWords(worst)}${lost > 0 ? `, ${formatNumber(lost)} lost` : ''}`;
}

function fateWords({ outcome, impact }: Loss): string {
  switch (outcome) {
    case 'not-recovered':
      return 'never back';
    case 'doubtful':
      return 'never back in one run only';
    case 'own-users':
      return 'only its own users';
    case 'recovered':
      return `back after ${formatDuration(impact?.recoveredAfterMs ?? 0)}`;
    case 'unharmed':
      return 'nobody noticed';
    case 'invalid':
      return 'not valid';
  }
}

/** What the comparison of several topologies shows. */
export const SIDE_BY_SIDE_HINT =
  'In each, one node of the role is killed, or one host lost, and not replaced. If there are several, the cell shows the one whose loss costs most.';

/** In the order of COST_HEAD. */
export function costCells({ outcome, impact, servedAtEnd, missed }: Loss): string[] {
  if (impact === null) return [NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE, missed.join(', ') || NO_VALUE];
  const { detectedAfterMs, recoveredAfterMs, lost } = impact;
  return [
    detectedAfterMs === null
      ? lost === 0
        ? 'nothing to detect'
        : 'not seen'
      : formatDuration(detectedAfterMs),
    recoveredAfterMs === null
      ? 'never'
      : outcome === 'unharmed'
        ? 'not needed'
        : formatDuration(recoveredAfterMs),
    lost > 0 && lost < 1 ? '<1' : formatNumber(Math.round(lost)),
    servedAtEnd === null ? NO_VALUE : formatShare(Math.min(1, servedAtEnd)),
    missed.join(', ') || 'none',
  ];
}

export const COST_HEAD = [
  'Detected after',
  'Recovered after',
  'Operations lost',
  'Served at the end',
  'Objectives missed',
];
/** Columns of COST_HEAD that are numbers. */
export const COST_NUMERIC = [0, 1, 2, 3];

/** What the variant comes to, in one or more sentences: every single point of failure by name. */
export function findings({ unsteady, losses, nodes, missing, pairsLeft, control }: VariantResult): string[] {
  if (control === undefined) return ['Nothing was measured: its control run is missing.'];
  if (unsteady.length > 0)
    return [`Nothing can be concluded, because the control run can't be used: ${unsteady.join(' ')}`];
  const single = losses.filter((loss) => isSingle(loss) && loss.outcome === 'not-recovered');
  const doubtful = losses.filter(({ outcome }) => outcome === 'doubtful');
  const pairs = losses.filter((loss) => !isSingle(loss) && loss.outcome === 'not-recovered');
  const unknown = losses.filter(({ outcome }) => outcome === 'invalid');
  const believed = losses.filter((loss) => isSingle(loss) && loss.outcome !== 'invalid');
  const hosts = losses.filter(({ host }) => host !== undefined).length;
  const all =
    hosts === 0
      ? counted(nodes.length, 'node')
      : `${counted(nodes.length, 'node')} and ${counted(hosts, 'host')}`;
  return [
    single.length > 0
      ? `${counted(single.length, 'single point')} of failure: ${single.map(lossName).join(', ')}.`
      : missing === 0 && believed.length === nodes.length + hosts && !doubtful.some(isSingle)
        ? `No single point of failure: users were served again after the loss of any one of ${all}.`
        : believed.length === 0
          ? 'No loss has been measured yet.'
          : 'No single point of failure was found among the nodes that were tried.',
    ...(doubtful.length > 0
      ? [`Not certain, because only one run did not recover: ${doubtful.map(lossName).join('; ')}.`]
      : []),
    ...(pairs.length > 0 ? [`Not survived together: ${pairs.map(lossName).join('; ')}.`] : []),
    ...(unknown.length > 0
      ? [
          `Not known, for no run of it was valid: what the loss of ${unknown.map(lossName).join(' or ')} does.`,
        ]
      : []),
    ...(missing > 0
      ? [
          'Runs are missing: the study was interrupted, or there was no time for them (--within). Continue it with --resume.',
        ]
      : []),
    ...(pairsLeft > 0
      ? [
          `${counted(pairsLeft, 'more pair')} of nodes that replace each other ${pairsLeft === 1 ? 'was' : 'were'} not tried (--pairs).`,
        ]
      : []),
  ];
}

/** Of a study with losses of hosts. */
export const HOW_TO_READ_HOSTS =
  'Hosts: all nodes on one were silenced and ended together, and nothing was placed there any more; load generators and observers stayed.';

export const HOW_TO_READ =
  'Every node was killed once, at the same moment under the same load, and compared with a control run in which none was. Single point of failure: users were not served as before until the end of the load, in a second run too. Detected: the balancer took a node out, or a peer lost a neighbour; without either, operations stopped failing. Recovered: from then on nothing failed, and 95 % of the rate before was served again. Lost: operations that failed until then. Pairs: a node, and another one that sent more once the first was dead.';
