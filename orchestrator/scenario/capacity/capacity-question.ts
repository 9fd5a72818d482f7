// What a scenario asks of a capacity study: which rate is searched, at which sizes, and what the answer is for.

/** What sizes are sizes of. */
export type SizeDimension =
  /** Number of nodes of the group. */
  | 'replicas'
  /** CPU limit of each node of the group, in cores. */
  | 'cpus';

/** Price of a node of a group. */
export type NodePrice =
  | { readonly kind: 'node'; readonly perNodeHour: number }
  /** By what a node may use: its CPU limit in cores, its memory limit in GiB. */
  | { readonly kind: 'resources'; readonly perCpuHour: number; readonly perGiBHour: number };

export interface Prices {
  /** ISO 4217 code, such as EUR. */
  readonly currency: string;
  /** Price of one GiB that users receive; null = not priced. */
  readonly perGiBTransferred: number | null;
  /** By group. A group without a price costs nothing, and the report says so. */
  readonly groups: Readonly<Record<string, NodePrice>>;
}

export interface CapacityQuestion {
  /** The load whose rate is searched. Its script, target, generators and most virtual users are kept; its stages are not. */
  readonly load: string;
  /** The group that is sized. */
  readonly group: string;
  readonly dimension: SizeDimension;
  /** Ascending, without duplicates. */
  readonly sizes: readonly number[];
  /** The lowest and highest rate of interest, per second. */
  readonly minRate: number;
  readonly maxRate: number;
  /** Half the width of the interval as a share of the capacity, 0.005 to 0.5. Default 0.05. */
  readonly precision: number;
  /** Fewest and most independent trials at each size. Default 6 and 12. */
  readonly minTrials: number;
  readonly maxTrials: number;
  /** Time under load before each measurement. Default 3 s. */
  readonly settleMs: number;
  /** Length of each measurement. Default 10 s. */
  readonly measureMs: number;
  /** The rate that has to be carried, per second; null = only the capacities are asked for. */
  readonly targetRate: number | null;
  /** Operations per second of one user, for the cost per user; null = not told. */
  readonly ratePerUser: number | null;
  readonly prices: Prices | null;
}
