// What a topology costs, from the prices in a scenario. Money is in the scenario's currency, never converted.

export type NodePrice =
  | { readonly kind: 'node'; readonly perNodeHour: number }
  /** By what a node may use: its CPU limit in cores, its memory limit in GiB. */
  | { readonly kind: 'resources'; readonly perCpuHour: number; readonly perGiBHour: number };

export interface PricedGroup {
  readonly name: string;
  /** Nodes of the group as measured; the group that is being sized is counted anew. */
  readonly nodes: number;
  /** Cores a node may use; null = no limit, which can't be priced by resources. */
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  /** Null = no price: its nodes cost nothing, which is said. */
  readonly price: NodePrice | null;
}

export interface Prices {
  /** ISO 4217 code, such as EUR. */
  readonly currency: string;
  /** Of what users receive from the topology; null = not priced. */
  readonly perGiBTransferred: number | null;
}

export interface CostInput {
  readonly prices: Prices;
  /** Every group of the topology. */
  readonly groups: readonly PricedGroup[];
  /** Bytes that users receive per operation, measured; null = unknown. */
  readonly bytesPerOperation: number | null;
  readonly assumptions: readonly string[];
}

export interface Bill {
  readonly currency: string;
  /** All groups, and the transfer at the target rate. */
  readonly perHour: number;
  readonly nodesPerHour: number;
  readonly transferPerHour: number;
  readonly perMillionOperations: number;
  /** Per user and hour at the target rate; null where operations per user are unknown. */
  readonly perUserHour: number | null;
  readonly groups: readonly { readonly name: string; readonly nodes: number; readonly perHour: number }[];
}

const bytesPerGiB = 2 ** 30;

/** Cost inputs with the sentences that say what they take for granted. */
export function costInput(
  prices: Prices,
  groups: readonly PricedGroup[],
  bytesPerOperation: number | null,
): CostInput {
  const unlimited = groups.filter(
    ({ price, cpus, memoryBytes }) => price?.kind === 'resources' && (cpus === null || memoryBytes === null),
  );
  const assumptions = [
    `Nodes cost the same whether busy or idle, per hour: ${groups.map(describePrice).join('; ')} (${prices.currency}).`,
    'The load is always at the target rate; at lower load, an operation costs more.',
    ...(prices.perGiBTransferred === null
      ? ['Transfer costs nothing.']
      : bytesPerOperation === null
        ? ['Transfer has a price, but bytes per operation were not measured, so it is left out.']
        : [
            `Transfer costs ${prices.perGiBTransferred} ${prices.currency} a GiB; users received ${Math.round(bytesPerOperation).toLocaleString('en-US')} bytes an operation, without what TCP and IP add.`,
          ]),
    ...unlimited.map(
      ({ name }) =>
        `Group "${name}" has no limit on CPU or memory: the resource without a limit counts as free here.`,
    ),
  ];
  return { prices, groups, bytesPerOperation, assumptions };
}

/** What running all groups for an hour costs with `nodes` nodes in `group`, and per operation at `rate` operations per second. */
export function costOf(
  { prices, groups, bytesPerOperation }: CostInput,
  at: {
    readonly nodes: number;
    readonly group: string;
    readonly rate: number;
    readonly ratePerUser: number | null;
  },
): Bill {
  const perGroup = groups.map((group) => {
    const nodes = group.name === at.group ? at.nodes : group.nodes;
    return { name: group.name, nodes, perHour: nodes * nodePerHour(group) };
  });
  const nodesPerHour = perGroup.reduce((sum, { perHour }) => sum + perHour, 0);
  const operationsPerHour = at.rate * 3600;
  const gibPerHour = (operationsPerHour * (bytesPerOperation ?? 0)) / bytesPerGiB;
  const transferPerHour = gibPerHour * (prices.perGiBTransferred ?? 0);
  const perHour = nodesPerHour + transferPerHour;
  return {
    currency: prices.currency,
    perHour,
    nodesPerHour,
    transferPerHour,
    perMillionOperations: (perHour / operationsPerHour) * 1e6,
    perUserHour: at.ratePerUser === null ? null : (perHour * at.ratePerUser) / at.rate,
    groups: perGroup,
  };
}

function nodePerHour({ price, cpus, memoryBytes }: PricedGroup): number {
  if (price === null) return 0;
  if (price.kind === 'node') return price.perNodeHour;
  return (cpus ?? 0) * price.perCpuHour + ((memoryBytes ?? 0) / bytesPerGiB) * price.perGiBHour;
}

function describePrice({ name, price }: PricedGroup): string {
  if (price === null) return `${name} nothing, without a price`;
  if (price.kind === 'node') return `${name} ${price.perNodeHour} a node`;
  return `${name} ${price.perCpuHour} a core and ${price.perGiBHour} a GiB of memory`;
}
