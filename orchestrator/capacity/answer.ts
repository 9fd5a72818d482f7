// The answer people came for: how many nodes a target rate needs, what is left when nodes fail, and what it costs. Pure arithmetic on
// measured capacities, the fitted curve and the scenario's prices; every assumption is said.
import type { Estimate } from './bootstrap.ts';
import { type Bill, type CostInput, costOf } from './cost.ts';
import type { UslFit } from './usl.ts';

export interface SizeCapacity {
  readonly nodes: number;
  readonly capacity: Estimate;
}

export interface AnswerInput {
  /** Operations per second that must be served within every objective. */
  readonly targetRate: number;
  /** In words, the objectives that the capacities were measured under. */
  readonly objectives: readonly string[];
  /** The group whose nodes are counted. */
  readonly group: string;
  readonly sizes: readonly SizeCapacity[];
  /** Null where too few sizes were measured: then only measured sizes are considered. */
  readonly usl: UslFit | null;
  /** Operations per second of one user; null = cost per user is not told. */
  readonly ratePerUser: number | null;
  /** Null without prices in the scenario. */
  readonly cost: CostInput | null;
  /** From the launch of another node until it is ready; null = not measured. */
  readonly nodeReadyMs: number | null;
  /** Loads of the scenario that were not offered. Default none. */
  readonly otherLoads?: readonly string[];
}

/** One way to size the group. */
export interface Sizing {
  readonly nodes: number;
  /** Of all these nodes. */
  readonly capacity: Estimate;
  /** capacity / target - 1: 0.2 = a fifth more than the target could come. */
  readonly headroom: number;
  /** What is left when `spare` nodes have failed; for N that is N itself. */
  readonly afterFailures: Estimate;
  readonly spare: 0 | 1 | 2;
  /** True where the capacity comes from the curve beyond the measured sizes. */
  readonly beyondMeasured: boolean;
  readonly bill: Bill | null;
}

export interface Answer {
  readonly targetRate: number;
  /**
   * The fewest nodes whose capacity reaches the target. `lower`: the fewest if the truth lies at the upper end of every capacity's interval;
   * `upper`: the nodes that reach it even at the lower end, null where none do. Null where no size reaches the target.
   */
  readonly nodes: {
    readonly value: number;
    readonly lower: number;
    readonly upper: number | null;
    readonly confidence: number;
  } | null;
  /** N, N+1 and N+2. */
  readonly sizings: readonly Sizing[];
  readonly warnings: readonly string[];
  readonly assumptions: readonly string[];
}

/** Of an answer whose `nodes.upper` is null. */
export const LOWER_END_MISSED = 'No size reaches the target at the lower end of its interval.';

/** Where the search for a size ends: so far beyond what can be measured here, the curve says nothing. */
const mostNodes = 1000;
/** With fewer headroom than this a target is only just met. */
const littleHeadroom = 0.1;

interface Known extends SizeCapacity {
  readonly beyondMeasured: boolean;
}

export function answerFor(input: AnswerInput): Answer {
  const { targetRate } = input;
  if (!(targetRate > 0)) throw new RangeError(`The target rate must be above 0, not ${targetRate}.`);
  const known = knownSizes(input);
  const fewest = (of: (estimate: Estimate) => number) =>
    known.find(({ capacity }) => of(capacity) >= targetRate)?.nodes ?? null;
  const value = fewest((estimate) => estimate.value);
  const nodes =
    value === null
      ? null
      : {
          value,
          lower: fewest((estimate) => estimate.upper) ?? value,
          upper: fewest((estimate) => estimate.lower),
          confidence: known[0]?.capacity.confidence ?? 0.95,
        };
  const sizings =
    value === null ? [] : ([0, 1, 2] as const).flatMap((spare) => sizing(input, known, value, spare));
  return {
    targetRate,
    nodes,
    sizings,
    warnings: warningsOf(input, known, nodes, sizings),
    assumptions: assumptionsOf(input, sizings),
  };
}

/** Measured sizes as measured, others by the curve, up to where it peaks: beyond, a further node takes capacity away. */
function knownSizes({ sizes, usl }: AnswerInput): readonly Known[] {
  const measured = sizes
    .map((size) => ({ ...size, beyondMeasured: false }))
    .sort((a, b) => a.nodes - b.nodes);
  if (usl === null) return measured;
  const last = Math.max(
    Math.min(mostNodes, Math.ceil(usl.peak?.size ?? mostNodes)),
    measured.at(-1)?.nodes ?? 0,
  );
  return Array.from({ length: last }, (_, index) => {
    const nodes = index + 1;
    const found = measured.find((each) => each.nodes === nodes);
    if (found !== undefined) return found;
    const { beyondMeasured, value, lower, upper, confidence } = usl.predict(nodes);
    return { nodes, capacity: { value, lower, upper, confidence }, beyondMeasured };
  });
}

function sizing(
  input: AnswerInput,
  known: readonly Known[],
  needed: number,
  spare: 0 | 1 | 2,
): readonly Sizing[] {
  const nodes = needed + spare;
  const whole = known.find((each) => each.nodes === nodes);
  const left = known.find((each) => each.nodes === needed);
  if (whole === undefined || left === undefined) return [];
  return [
    {
      nodes,
      capacity: whole.capacity,
      headroom: whole.capacity.value / input.targetRate - 1,
      afterFailures: left.capacity,
      spare,
      beyondMeasured: whole.beyondMeasured,
      bill:
        input.cost === null
          ? null
          : costOf(input.cost, {
              nodes,
              group: input.group,
              rate: input.targetRate,
              ratePerUser: input.ratePerUser,
            }),
    },
  ];
}

function warningsOf(
  { targetRate, usl, sizes, group }: AnswerInput,
  known: readonly Known[],
  nodes: Answer['nodes'],
  sizings: readonly Sizing[],
): readonly string[] {
  const measured = sizes.map((size) => size.nodes).join(', ');
  if (nodes === null) return [unreachable(targetRate, known, usl), ...(usl?.warnings ?? [])];
  const [first] = sizings;
  const beyond = sizings.filter(({ beyondMeasured }) => beyondMeasured).map((each) => each.nodes);
  const weak = sizings.filter(({ spare, capacity }) => spare > 0 && capacity.value < targetRate);
  return [
    ...(beyond.length > 0
      ? [
          `The capacity of ${beyond.join(', ')} nodes is beyond the measured sizes (${measured}): it is extrapolated from the curve.`,
        ]
      : []),
    ...(nodes.upper === null ? [LOWER_END_MISSED] : []),
    ...(first !== undefined && first.headroom < littleHeadroom
      ? [`${first.nodes} nodes have only ${(first.headroom * 100).toFixed(0)} % headroom.`]
      : []),
    ...weak.map(
      (each) =>
        `With ${each.nodes} nodes the group "${group}" serves less than the target again, because it is past its peak.`,
    ),
    ...(sizings.length < 3 ? ['Spare nodes beyond the known sizes are left out.'] : []),
    ...(usl?.warnings ?? []),
  ];
}

function unreachable(targetRate: number, known: readonly Known[], usl: UslFit | null): string {
  const best = known.reduce<Known | null>(
    (top, each) => (top === null || each.capacity.value > top.capacity.value ? each : top),
    null,
  );
  if (best === null) return 'No size was measured.';
  const most = `the most is ${best.capacity.value.toPrecision(3)}/s with ${best.nodes} ${best.nodes === 1 ? 'node' : 'nodes'}`;
  // Of a size without a capacity it can't be said that it does not reach the target.
  if (usl === null) return `No measured capacity reaches ${targetRate.toLocaleString('en-US')}/s: ${most}.`;
  const reason =
    usl.peak === null ? `up to ${known.length} nodes were considered` : 'more nodes would serve less';
  return `No size reaches ${targetRate.toLocaleString('en-US')}/s: ${most}; ${reason}.`;
}

function assumptionsOf(input: AnswerInput, sizings: readonly Sizing[]): readonly string[] {
  const { objectives, usl, cost, ratePerUser, nodeReadyMs, sizes, otherLoads = [] } = input;
  const largest = Math.max(0, ...sizes.map(({ nodes }) => nodes));
  return [
    `Capacity is the highest sustainable rate at which every objective holds: ${objectives.join('; ')}.`,
    'A rate is sustainable where work in flight did not grow while it was measured; a rate up to 1 % too high may go unnoticed.',
    ...(otherLoads.length === 0
      ? []
      : [
          `The rate is all that is asked of the topology: without ${otherLoads.join(', ')}, which was not offered meanwhile.`,
        ]),
    'In production, operations are like those of the measured load, in kind and proportion, and arrive as evenly.',
    'In production, nodes are like the measured ones: the same limits on CPU and memory, on an equally fast host.',
    'The rest of the topology (balancer, store, network) is the same as in the measurement.',
    'N+1 and N+2 reach the target after one or two nodes have failed and the load has moved to the others; they say nothing about the time in between.',
    ...(usl === null
      ? ['Only measured sizes are considered: they are too few for a curve.']
      : [
          `Sizes that were not measured follow the Universal Scalability Law, fitted to ${sizes.length} sizes up to ${largest} nodes.`,
        ]),
    ...(sizings.some(({ beyondMeasured }) => beyondMeasured)
      ? ['No new bottleneck appears beyond the measured sizes.']
      : []),
    nodeReadyMs === null
      ? 'How long another node takes to become ready, and to carry its share of the load, was not measured.'
      : `Another node is ready ${(nodeReadyMs / 1000).toFixed(1)} s after its launch; how long it takes to carry its share of the load was not measured.`,
    ...(ratePerUser === null ? [] : [`One user makes ${ratePerUser} operations per second.`]),
    ...(cost === null ? ['The scenario has no prices: costs are left out.'] : cost.assumptions),
  ];
}
