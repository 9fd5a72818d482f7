// One probe of a capacity search: a stretch of load at one rate on a deployment that stands, measured and judged by the
// scenario's objectives.
import { basename } from 'node:path';
import type { Growth } from '../measure/growth/growth.ts';
import type { Probe, ProbeResult } from '../capacity/probe.ts';
import { exitedNodes } from '../judge/exited-nodes.ts';
import type { Finding } from '../judge/finding.ts';
import { judgeProbe } from '../judge/judge.ts';
import { sayFinding } from '../judge/words.ts';
import type { ObjectiveResult, PhaseFigures, Saturation } from '../measure/figures/figures.ts';
import { measureLoad, settle } from '../measure/measure-load.ts';
import { measureGrowth } from '../measure/growth/work-in-flight.ts';
import { generatorNodes } from '../load/generator-spec.ts';
import type { ScriptFacts } from '../load/script-facts.ts';
import { curveOf } from '../plan/load-curve.ts';
import type { Deployment } from '../run/deployment/deployment.ts';
import type { EndedGenerator, Generators } from '../run/deployment/generators.ts';
import type { RunEvent } from '../record/event.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { measureTransfer, type Transfer } from './measure-transfer.ts';
import { probeLoad } from './sized-scenario.ts';
import { MEASURE_WINDOW, watchForLoss } from './watch-probe.ts';

/** What a probe measured, kept in the study's folder. */
export interface ProbeFigures {
  /** What makes it invalid, what was missed, or what no objective asks about. Absent from studies of earlier versions. */
  readonly findings?: readonly Finding[];
  readonly figures: PhaseFigures | null;
  readonly objectives: readonly ObjectiveResult[];
  /** The first resource to run out while it was measured. */
  readonly saturated: Saturation | null;
  /** Whether work in flight grew; null where it was ended early. Absent from studies of earlier versions. */
  readonly growth?: Growth | null;
  /** Null where no operation ended while it was measured. Absent from studies of earlier versions. */
  readonly transfer?: Transfer | null;
}

export interface ProbeContext {
  readonly deployment: Deployment;
  readonly scenario: Scenario;
  readonly question: CapacityQuestion;
  /** The run that the deployment is labelled with. */
  readonly run: string;
  /** Of the load's script. */
  readonly facts: Map<string, ScriptFacts>;
  /** What has happened to the nodes of the deployment so far. */
  readonly events: readonly RunEvent[];
  readonly signal: AbortSignal;
}

/** What makes a probe invalid and may pass: others took the host's CPU, or that of its generators. */
const passing: ReadonlySet<Finding['code']> = new Set([
  'host-filled-by-others',
  'host-stolen',
  'generators-stood-still',
  'started-late',
]);

/** The window before the one that is measured. */
const SETTLE_WINDOW = 'settle';

/** Runs a probe. A measurement that can't be believed is an outcome; what breaks is an error. */
export async function runProbe(probe: Probe, asked: ProbeContext): Promise<ProbeResult & ProbeFigures> {
  const { deployment, scenario, question, run, facts } = asked;
  // Once an observer has died, there is nothing to be learned from it.
  const signal = AbortSignal.any([asked.signal, deployment.lost]);
  const context = { ...asked, signal };
  const lastsMs = probe.settleMs + probe.measureMs;
  const { load, given } = probeLoad(scenario, question, { rate: probe.rate, lastsMs });
  // Generators of every probe are a run of their own to Prometheus, so that none is taken for another's that has fallen silent.
  const loadRun = `${run}-p${probe.number}`;
  const windows = [
    { name: SETTLE_WINDOW, untilMs: probe.settleMs },
    { name: MEASURE_WINDOW, untilMs: lastsMs },
  ];
  await using generators = deployment.generators([load], windows, { run: loadRun, facts });
  await generators.prepare(signal);
  await deployment.delays?.begin();
  const engineStartMs = Date.now() + deployment.clockOffsetMs;
  await generators.start();
  const { ended, lostAtMs } = await endOrLose(probe, generators, { ...context, loadRun, engineStartMs });
  signal.throwIfAborted();
  const delays = await deployment.delays?.measured();
  await settle(signal);
  const settledMs = Date.now() + deployment.clockOffsetMs - engineStartMs;

  const { prometheus } = deployment;
  const window = { startMs: probe.settleMs, endMs: lostAtMs ?? lastsMs, cohort: MEASURE_WINDOW };
  const curve = curveOf(load, scenario.groups);
  const measured = await measureLoad(
    {
      run: loadRun,
      observedAs: run,
      startMs: engineStartMs,
      lastedMs: window.endMs,
      settledMs,
      loads: [curve],
      phases: [{ name: `${probe.rate}/s`, ...window }],
      faults: [],
      records: null,
      events: [],
      access: null,
      objectives: scenario.objectives.map((objective) => ({
        objective: { ...objective, phase: null },
        window,
      })),
      whole: window,
      endedEarly: lostAtMs !== null,
      limitedGenerators: load.cpus === null ? [] : generatorNodes(load),
      summaries: await summariesOf(generators, lostAtMs !== null),
      // One that is lost early is over before sliding rates show what ran out.
      asWhole: true,
    },
    prometheus,
  );
  const clock = { run: loadRun, startMs: engineStartMs };
  // What is lost early has its outcome, and what is left of it is too short.
  const growth = lostAtMs === null ? await measureGrowth(prometheus, curve, window, clock) : null;
  const { outcome, findings } = judgeProbe({
    ...measured,
    ...(delays === undefined ? {} : { delays }),
    generators: ended,
    offeredPerSecond: probe.rate,
    growth,
    canProlong: probe.canProlong,
    given,
    exited: exitedNodes(asked.events.map(sinceStart(engineStartMs - deployment.clockOffsetMs))),
  });
  const [figures = null] = measured.phases;
  const isDisturbed = outcome === 'invalid' && findings.every(({ code }) => passing.has(code));
  return {
    outcome,
    ...(isDisturbed && { disturbed: true }),
    loadMs: window.endMs,
    servedPerSecond: figures?.servedPerSecond ?? null,
    note: noteOf(findings),
    findings,
    figures,
    objectives: measured.objectives,
    saturated: measured.saturations.first,
    growth,
    transfer: await measureTransfer(window, prometheus, clock),
  };
}

/** Events know when they happened, and nothing of probes. */
function sinceStart(startMs: number): (event: RunEvent) => RunEvent {
  return (event) => ({ ...event, offsetMs: event.atMs < startMs ? null : event.atMs - startMs });
}

/** What the generators say themselves; one that was ended early may not have come to it. */
async function summariesOf(generators: Generators, endedEarly: boolean): Promise<Record<string, unknown>> {
  const summaries: Record<string, unknown> = {};
  if (endedEarly) return summaries;
  await generators.keepResults(
    async (name, content) => {
      if (name.startsWith('k6/')) summaries[basename(name, '.json')] = JSON.parse(content);
    },
    // That there is none is told by measuring.
    () => {},
  );
  return summaries;
}

/** What was missed, in brief; or the first of what makes it invalid, or of what no objective asks about. */
function noteOf(findings: readonly Finding[]): string {
  const [first] = findings;
  if (first === undefined) return '';
  if (first.code !== 'objective-missed') return sayFinding(first);
  const missed = findings.flatMap((each) => (each.code === 'objective-missed' ? [each.result] : []));
  return missed.map(({ objective, measured }) => `${objective.name}: ${format(measured)}`).join(', ');
}

/** Waits for the end of a probe, or ends it once it is clearly lost; `lostAtMs` is when, counted from its start. */
async function endOrLose(
  probe: Probe,
  generators: Generators,
  {
    deployment,
    scenario,
    loadRun,
    engineStartMs,
    signal,
  }: ProbeContext & { loadRun: string; engineStartMs: number },
): Promise<{ ended: EndedGenerator[]; lostAtMs: number | null }> {
  const over = new AbortController();
  const ending = generators.end(probe.settleMs + probe.measureMs).finally(() => over.abort());
  // Awaited below; until then, and where telling them to end fails first, a lost engine must not count as unhandled.
  ending.catch(() => {});
  const { prometheus, clockOffsetMs } = deployment;
  const lost = await watchForLoss({
    probe,
    prometheus,
    run: loadRun,
    engineStartMs,
    clockOffsetMs,
    objectives: scenario.objectives,
    ended: AbortSignal.any([over.signal, signal]),
  });
  if (!lost) {
    if (signal.aborted) await generators.stop();
    return { ended: await ending, lostAtMs: null };
  }
  const lostAtMs = Math.round(Date.now() + clockOffsetMs - engineStartMs);
  await generators.stop();
  return { ended: await ending, lostAtMs };
}

function format(measured: number | null): string {
  return measured === null ? 'no value' : String(Number(measured.toPrecision(3)));
}
