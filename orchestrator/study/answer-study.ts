// From the results of a study to its answer: the model over sizes, nodes for the target, costs, and what ran out first. Pure.
import { median } from 'simple-statistics';
import { type Answer, answerFor } from '../capacity/answer.ts';
import type { Estimate } from '../capacity/bootstrap.ts';
import { costInput } from '../capacity/cost.ts';
import type { SearchResult } from '../capacity/search-result.ts';
import { fitUsl, type UslFit } from '../capacity/usl.ts';
import type { Saturation } from '../measure/figures/figures.ts';
import { describeBound } from '../judge/describe-objective.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { FailureCheck } from './failure-check.ts';
import type { SizeResult } from './run-study.ts';
import { nameSize } from './sized-scenario.ts';
import type { NodeStart, StudyProbe } from './study-folder.ts';

/** What a study found at one size. */
export interface SizeAnswer {
  readonly size: number;
  readonly name: string;
  readonly result: Omit<SearchResult, 'probes'>;
  /** What ran out first just above the capacity; null = nothing did. */
  readonly bottleneck: Bottleneck | null;
}

export interface Bottleneck {
  readonly resource: Saturation['resource'];
  readonly group: string;
  /** Of the group; absent for the host, and in what earlier versions saved. */
  readonly role?: string;
  /** Trials' lowest missed probes in which it was the first to run out, of all of these. */
  readonly probes: number;
  readonly of: number;
}

/** A fitted curve as data: its coefficients and points to draw it by. */
export interface Curve extends Omit<UslFit, 'predict'> {
  readonly points: readonly { readonly size: number; readonly estimate: Estimate }[];
}

/** 2: the check of N+1 has three outcomes. */
export const ANSWER_VERSION = 2;

/** The content of answer.json. */
export interface StudyAnswer {
  readonly schemaVersion: typeof ANSWER_VERSION;
  readonly sizes: readonly SizeAnswer[];
  /** Null with fewer than three sizes, and where sizes are CPU limits. */
  readonly usl: Curve | null;
  /** Null where no target was asked for. */
  readonly answer: Answer | null;
  /** Null where it was not checked. */
  readonly failureCheck: FailureCheck | null;
  /**
   * Median time from the launch of a node of the sized group until it was ready, its image already on the host; null = none was launched.
   * Nodes start without load: what a further one takes until it carries its share is not measured.
   */
  readonly nodeReadyMs: number | null;
  /** What there was no time for; absent where there was time for all of it. */
  readonly leftOut?: LeftOut;
}

/** What `--within` did not reach. */
export interface LeftOut {
  /** Trials, at least, over all sizes. */
  readonly trials: number;
  /** Whether N+1 was to be checked. */
  readonly check: boolean;
}

export interface AnswerOptions {
  readonly scenario: Scenario;
  readonly question: CapacityQuestion;
  readonly results: readonly SizeResult[];
  readonly probes: readonly StudyProbe[];
  readonly nodeStarts: readonly NodeStart[];
  readonly failureCheck: FailureCheck | null;
  /** Whether there was no time for the check of N+1. Default false. */
  readonly checkLeftOut?: boolean;
}

export function answerStudy(options: AnswerOptions): StudyAnswer {
  const { scenario, question, results, probes, nodeStarts, failureCheck, checkLeftOut = false } = options;
  const trialsLeftOut = results.reduce((sum, { result }) => sum + result.trialsLeftOut, 0);
  const found = results.filter(({ result }) => result.capacity !== null);
  // The law is about nodes that work side by side; a node with more CPU is another matter.
  const sizeTrials = found.map(({ size, result }) => ({
    size,
    capacities: result.trials.map(({ capacity }) => capacity),
  }));
  const usl = question.dimension === 'replicas' ? fitUsl(sizeTrials, { seed: scenario.seed }) : null;
  const startsMs = nodeStarts.filter(({ group }) => group === question.group).map(({ tookMs }) => tookMs);
  const nodeReadyMs = startsMs.length === 0 ? null : median(startsMs);
  return {
    schemaVersion: ANSWER_VERSION,
    sizes: results.map(({ size, result }) => {
      const { probes: _, ...rest } = result;
      return { size, name: nameSize(question, size), result: rest, bottleneck: bottleneckOf(probes, size) };
    }),
    usl: usl === null ? null : curveOf(usl),
    answer: answer(options, usl, nodeReadyMs),
    failureCheck,
    nodeReadyMs,
    ...((trialsLeftOut > 0 || checkLeftOut) && { leftOut: { trials: trialsLeftOut, check: checkLeftOut } }),
  };
}

function answer(
  { scenario, question, results, probes }: AnswerOptions,
  usl: UslFit | null,
  nodeReadyMs: number | null,
): Answer | null {
  const { targetRate, dimension, group, prices, ratePerUser } = question;
  // How many cores a node needs for a target is read off the capacities; only nodes are counted.
  if (targetRate === null || dimension !== 'replicas') return null;
  const priced = scenario.groups.map(({ name, replicas, cpus, memoryBytes }) => ({
    name,
    nodes: replicas,
    cpus,
    memoryBytes,
    price: prices?.groups[name] ?? null,
  }));
  return answerFor({
    targetRate,
    objectives: scenario.objectives.map((objective) => `${objective.name} ${describeBound(objective)}`),
    group,
    sizes: results.flatMap(({ size, result }) =>
      result.capacity === null ? [] : [{ nodes: size, capacity: result.capacity }],
    ),
    usl,
    ratePerUser,
    cost: prices === null ? null : costInput(prices, priced, bytesPerOperation(probes)),
    nodeReadyMs,
    otherLoads: otherLoads(scenario, question),
  });
}

/** Loads that a study leaves out: it searches one. */
export function otherLoads(
  { loads }: Pick<Scenario, 'loads'>,
  { load }: Pick<CapacityQuestion, 'load'>,
): string[] {
  return loads.flatMap(({ name }) => (name === load ? [] : [name]));
}

/**
 * What ran out first at the limit of this size. Of each trial the missed probe is asked whose rate is the lowest above all that held, for it lies just above
 * the capacity; far beyond it, as where a search begins, other resources run out than those that bound the size, and a miss at a rate below one that held,
 * as of nodes that were not warm yet, was not at the limit. Null where in more than half of these probes nothing ran out, or each time something else.
 */
export function bottleneckOf(probes: readonly StudyProbe[], size: number): Bottleneck | null {
  const own = probes.filter((probe) => probe.size === size);
  const atLimit = [...Map.groupBy(own, ({ trial }) => trial).values()].flatMap(lowestMissed);
  const counts = new Map<string, Bottleneck>();
  for (const { saturated } of atLimit) {
    if (saturated === null) continue;
    const { resource, group, role } = saturated;
    const key = `${resource} ${group}`;
    counts.set(key, {
      resource,
      group,
      ...(role === undefined ? {} : { role }),
      probes: (counts.get(key)?.probes ?? 0) + 1,
      of: atLimit.length,
    });
  }
  const [most, next] = [...counts.values()].sort((x, y) => y.probes - x.probes);
  return most !== undefined && most.probes !== next?.probes && most.probes * 2 >= most.of ? most : null;
}

/** Of one trial; none where no rate was missed above what held. */
function lowestMissed(probes: readonly StudyProbe[]): StudyProbe[] {
  const held = Math.max(0, ...probes.flatMap(({ outcome, rate }) => (outcome === 'held' ? [rate] : [])));
  return probes
    .filter(({ outcome, rate }) => outcome === 'missed' && rate > held)
    .toSorted((a, b) => a.rate - b.rate)
    .slice(0, 1);
}

/** What users received an operation, over all probes that held; null where none of them measured it. */
export function bytesPerOperation(probes: readonly StudyProbe[]): number | null {
  const measured = probes.flatMap(({ outcome, transfer }) =>
    outcome === 'held' && transfer != null ? [transfer] : [],
  );
  const operations = measured.reduce((sum, each) => sum + each.operations, 0);
  if (operations === 0) return null;
  return measured.reduce((sum, each) => sum + each.receivedBytes, 0) / operations;
}

/** Points up to half as far again as the largest measured size. */
function curveOf({ predict, ...fit }: UslFit): Curve {
  const last = Math.ceil(fit.measured.largest * 1.5);
  const step = Math.max(1, Math.ceil(last / 60));
  const sizes = Array.from({ length: Math.ceil(last / step) }, (_, index) => 1 + index * step);
  return {
    ...fit,
    points: sizes.map((size) => {
      const { value, lower, upper, confidence } = predict(size);
      return { size, estimate: { value, lower, upper, confidence } };
    }),
  };
}
