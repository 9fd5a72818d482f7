// The verdict: from measured objectives and facts on the measurement to one outcome, an exit code and the reasons. Pure.
//
// The order of precedence: broken (1) · interrupted (130) · invalid (4) · an objective missed (3) · pass (0).
// A measurement that cannot be believed comes before what it seems to show, and the reasons tell both.
import type { FoundSaturations } from '../capacity/find-saturation.ts';
import { ExitCode } from '../errors.ts';
import type { RunOutcome } from '../record/event.ts';
import type { Comparison, Objective } from '../scenario/scenario.ts';
import { type Delivery, MOST_DROPPED } from './delivery.ts';
import { nameRole } from './name-role.ts';
import type { ObjectiveResult, PhaseFigures, Saturation, Verdict } from './verdict.ts';

export interface JudgeInput {
  readonly outcome: RunOutcome;
  /** What broke, where the outcome is `broken`. */
  readonly error?: string;
  /** Why nothing could be measured, where measuring itself failed. */
  readonly measuringError?: string;
  readonly objectives: readonly ObjectiveResult[];
  readonly phases: readonly PhaseFigures[];
  readonly saturations: FoundSaturations;
  /** Every load over the whole run. */
  readonly deliveries: readonly Delivery[];
  /** Exit codes of the generators that have ended. */
  readonly generators: readonly { readonly node: string; readonly exitCode: number }[];
}

/** k6's exit codes (errext/exitcodes in its sources) that say something to a user. 99 is not an error: see below. */
const k6ExitCodes: Readonly<Record<number, string>> = {
  100: 'its setup() took too long',
  104: 'its configuration is wrong',
  105: 'it was stopped from outside',
  107: 'its script threw an exception',
  108: 'its script aborted the test',
  109: 'k6 crashed',
  137: 'it was killed, most likely for lack of memory',
};
/** Thresholds of the user's own in the script were crossed. Each generator judges its own part only. */
const thresholdsCrossed = 99;

/** Judges a run. `reasons` are sentences with numbers, the weightiest first. */
export function judge(input: JudgeInput): Verdict {
  const faults = whyInvalid(input);
  const missed = input.objectives.filter(({ status }) => status === 'missed').map(missedReason);
  const rest = remarks(input);
  const facts = {
    objectives: input.objectives,
    phases: input.phases,
    firstSaturated: input.saturations.first,
  };
  if (input.outcome === 'broken') {
    const reason = `The run broke off: ${input.error ?? 'the cause is in events.ndjson'}.`;
    return { outcome: 'broken', exitCode: ExitCode.broken, reasons: [reason, ...missed, ...rest], ...facts };
  }
  if (input.outcome === 'interrupted') {
    const reason = 'The run was interrupted; its figures cover only what had happened until then.';
    return {
      outcome: 'interrupted',
      exitCode: ExitCode.interrupted,
      reasons: [reason, ...missed, ...rest],
      ...facts,
    };
  }
  if (faults.length > 0) {
    return {
      outcome: 'invalid',
      exitCode: ExitCode.invalid,
      reasons: [...faults, ...missed, ...rest],
      ...facts,
    };
  }
  if (missed.length > 0) {
    return { outcome: 'fail', exitCode: ExitCode.missed, reasons: [...missed, ...rest], ...facts };
  }
  return { outcome: 'pass', exitCode: ExitCode.pass, reasons: rest, ...facts };
}

function whyInvalid(input: JudgeInput): string[] {
  const { objectives, saturations, deliveries, generators, measuringError } = input;
  const failed = generators.filter(({ exitCode }) => exitCode !== 0 && exitCode !== thresholdsCrossed);
  const unmeasured = objectives.filter(({ status }) => status === 'no-samples');
  return [
    ...(measuringError === undefined ? [] : [`The run could not be measured: ${measuringError}.`]),
    ...failed.map(({ node, exitCode }) => {
      const meaning = k6ExitCodes[exitCode];
      return `Generator ${node} ended with exit code ${exitCode}${meaning ? ` (${meaning})` : ''}; see logs/${node}.log.`;
    }),
    ...unmeasured.map(
      ({ objective, why }) =>
        `“${objective.name}” could not be measured: ${why ?? 'no samples'}. A missing sample is never a pass.`,
    ),
    ...nothingSeen(input),
    ...(saturations.hostWatched || measuringError !== undefined
      ? []
      : [
          "There is no sample of the host's CPU, so nobody knows whether something else disturbed the measurement.",
        ]),
    ...saturations.generators.map(
      (each) =>
        `Generator ${each.node} was short of CPU itself: ${useOf(each)}, ${stretchOf(each)}, so its latencies are in part its own. ` +
        `Give load ${each.group} more CPU or more generators.`,
    ),
    ...(saturations.hostByOthers === null
      ? []
      : [
          `The host was full (${share(saturations.hostByOthers.use)} busy) ${stretchOf(saturations.hostByOthers)}, and a quarter of it or more ` +
            'went to others than this run. Stop what else runs there, or use a larger host.',
        ]),
    ...(saturations.hostStolen === null
      ? []
      : [
          `A hypervisor gave ${share(saturations.hostStolen.use)} of the host's CPU to others ${stretchOf(saturations.hostStolen)}, so what ` +
            'was measured is in part theirs. Run it again when they are quiet, or on a host of its own.',
        ]),
    ...deliveries.flatMap((each) => notDelivered(each, objectives)),
  ];
}

/** Where no objective asks, nothing else would tell that the load never came. Of an open one it is known how much was missing. */
function nothingSeen({ objectives, deliveries, phases }: JudgeInput): string[] {
  const measured = objectives.some(({ status }) => status !== 'no-samples');
  const served = phases.some(({ servedPerSecond }) => servedPerSecond !== null);
  return measured || served
    ? []
    : deliveries
        .filter(({ model, started }) => model !== 'open' && started === 0)
        .map(({ load }) => `Load ${load} was never seen: no iteration of it ended, and no request.`);
}

/** In the open model, dropping much is a fault unless the scenario says itself how much must be delivered. */
function notDelivered(delivery: Delivery, objectives: readonly ObjectiveResult[]): string[] {
  const { load, model, asked, started, dropped } = delivery;
  const declared = objectives.some(
    ({ objective }) =>
      objective.measure.kind === 'delivered' && (objective.load === null || objective.load === load),
  );
  const missing = Math.max(dropped, asked - started);
  if (model !== 'open' || declared || asked <= 0 || missing / asked <= MOST_DROPPED) return [];
  return [
    `Load ${load} offered ${count(asked - missing)} of the ${count(asked)} iterations asked for; ${share(missing / asked)} were not started, ` +
      `which is more than ${share(MOST_DROPPED)}. Raise its maxVirtualUsers, lower the rate, or declare a \`delivered\` objective if this is what you test.`,
  ];
}

function remarks({ outcome, objectives, saturations, generators }: JudgeInput): string[] {
  const crossed = generators.filter(({ exitCode }) => exitCode === thresholdsCrossed).map(({ node }) => node);
  return [
    ...(objectives.length === 0 && outcome === 'completed'
      ? ['No objective was declared, so nothing was asked and nothing was judged.']
      : []),
    ...(crossed.length === 0
      ? []
      : [
          `The script's own k6 thresholds were crossed on ${crossed.join(', ')}; objectives alone decide here.`,
        ]),
    // Generators and a hypervisor have made the run invalid, and stand further above.
    ...(saturations.first === null || ['generator-cpu', 'host-steal'].includes(saturations.first.resource)
      ? []
      : [`First to run out: ${saturatedReason(saturations.first)}.`]),
  ];
}

/** `CPU of servers-1 (group servers): 99 % of its limit, held back in 80 % of periods, from 12.0 s for 30.0 s`. */
export function saturatedReason(saturation: Saturation): string {
  const { resource, group, node, role, use } = saturation;
  const when = stretchOf(saturation);
  if (resource === 'host-cpu') return `CPU of the host: ${share(use)} busy, ${when}`;
  if (resource === 'host-steal') return `CPU of the host: ${share(use)} stolen by a hypervisor, ${when}`;
  const owner = nameRole(role, group) ?? `${node} (group ${group})`;
  return `${resourceWords[resource]} of ${owner}: ${useOf(saturation)}, ${when}`;
}

const resourceWords = {
  cpu: 'CPU',
  memory: 'memory',
  uplink: 'uplink',
  downlink: 'downlink',
  'generator-cpu': 'CPU',
} as const;

function missedReason({ objective, measured }: ObjectiveResult): string {
  const where = objective.phase === null ? '' : ` in phase ${objective.phase}`;
  const asked = `${comparisons[objective.comparison]} ${inUnit(objective.bound, objective)}`;
  return `“${objective.name}” was missed${where}: ${inUnit(measured ?? Number.NaN, objective)}, where ${asked} was asked for.`;
}

const comparisons: Readonly<Record<Comparison, string>> = {
  below: 'below',
  atMost: 'at most',
  atLeast: 'at least',
  above: 'above',
};

function inUnit(value: number, { measure }: Objective): string {
  if (measure.kind === 'latency') return `${digits(value)} ms`;
  if (measure.kind === 'errors' || measure.kind === 'delivered') return share(value);
  return measure.kind === 'served' ? `${digits(value)} a second` : digits(value);
}

function useOf({ use, throttled }: Saturation): string {
  const heldBack = throttled === null ? '' : `, held back in ${share(throttled)} of its scheduler periods`;
  return `${share(use)} of its limit${heldBack}`;
}

function stretchOf({ fromMs, forMs }: Saturation): string {
  return `from ${(fromMs / 1000).toFixed(1)} s for ${(forMs / 1000).toFixed(1)} s`;
}

function share(value: number): string {
  return `${digits(value * 100)} %`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
