// report.json: the summary of a run for programs. Fields are only ever added; a change of meaning raises schemaVersion.
import type { EnrolmentFigures } from '../../measure/changes/measure-enrolment.ts';
import type { MeasuredSwitch } from '../../measure/changes/measure-switches.ts';
import type { MeasuredUpdate } from '../../measure/changes/measure-updates.ts';
import type { AccessFigures } from '../../measure/changes/access-figures.ts';
import type { Saturation } from '../../measure/figures/figures.ts';
import type { Verdict } from '../../judge/verdict.ts';
import type { Incident } from '../../record/incidents.ts';
import type { GraphFigures } from '../../record/network-graph.ts';
import type { ConnectedNetwork } from '../../record/network-sightings.ts';
import type { ObjectiveUnit } from '../../scenario/objectives/objective-kind.ts';
import { kindOf, type Measure } from '../../scenario/objectives/objective-kinds.ts';
import { describeSaturation } from '../words/describe-saturation.ts';
import type { DistributionFacts } from './distribution-facts.ts';
import type { ChurnFigures, FaultRow } from './fault-rows.ts';
import type { GeneratorFigures } from './k6-summary.ts';
import type { ActionRow, NodeRow, Outcome, RunFacts } from './run-facts.ts';
import type { MeasuredDelays } from '../../delays/delays.ts';
import type { RecoveryFacts } from './recovery-facts.ts';
import type { RunReport } from './run-report.ts';
import type { UsageFacts } from './usage-facts.ts';

/** Offsets count from the start of the load. null always means "not measured" or "not reached", never zero. */
export interface ReportJson {
  readonly schemaVersion: 1;
  readonly run: string;
  readonly scenario: { readonly name: string; readonly description: string };
  readonly seed: number;
  readonly outcome: Outcome;
  /** null where the run was killed before it could exit. */
  readonly exitCode: number | null;
  /** Sentences, the weightiest first. */
  readonly reasons: readonly string[];
  /** The same as data, in the same order: a code and its figures. Empty for runs of earlier versions. */
  readonly findings: NonNullable<Verdict['findings']>;
  /** ISO 8601, UTC. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly plannedLoadMs: number;
  /** As far as the load came. */
  readonly loadMs: number | null;
  readonly objectives: readonly ReportObjective[];
  /** Figures of each phase: rates per second, latencies in milliseconds, shares 0 to 1. */
  readonly phases: Verdict['phases'];
  /** The same figures over the whole run, all loads together and each; null and empty where nothing was measured. */
  readonly whole: NonNullable<Verdict['whole']> | null;
  readonly loads: NonNullable<Verdict['loads']>;
  /** The first resource to run out, with the sentence that the report prints; null = nothing did, or unknown. */
  readonly firstSaturated: (Saturation & { readonly summary: string }) | null;
  readonly actions: readonly ActionRow[];
  readonly nodes: readonly NodeRow[];
  /** Nodes that failed by themselves. */
  readonly incidents: readonly Incident[];
  readonly generators: readonly GeneratorFigures[];
  /** How the files reached everybody; null where the run distributes none. */
  readonly distribution: DistributionFacts | null;
  /** Who used how much CPU time and sent how many bytes during the load; null for runs of earlier versions. */
  readonly usage: UsageFacts | null;
  /** What each fault did to the users. */
  readonly faults: readonly FaultRow[];
  /** Backups made, and what each destruction cost; null where nothing was backed up or destroyed, and no records were written. */
  readonly recovery: RecoveryFacts | null;
  /** What became of each update: when all nodes had it, and what that cost users. */
  readonly updates: readonly MeasuredUpdate[];
  /** What became of each switch of the topology: how long it took, and what failed, was lost or came twice. */
  readonly switches: readonly MeasuredSwitch[];
  /** What became of users' rights; null where everybody may do everything, or nothing was measured. */
  readonly access: AccessFigures | null;
  /** What it took until new nodes were part of the system; null where nobody needs an invitation. */
  readonly enrolment: EnrolmentFigures | null;
  /** How packets of each node with a delay were delayed; null where the kernel did it, or none is delayed. */
  readonly delays: MeasuredDelays | null;
  /** What joins and leaves did; null where nobody came or went by themselves. */
  readonly churn: ChurnFigures | null;
  /** Every look at the network of peers, and when it was connected for the first time; null where it never was. */
  readonly network: {
    readonly connected: ConnectedNetwork | null;
    readonly looks: readonly ({ readonly moment: string; readonly offsetMs: number | null } & GraphFigures)[];
  };
  readonly warnings: readonly string[];
  /** Sentences, one for each part that the run's folder does not hold. */
  readonly missing: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** Reference → id and registry digests of the image that ran. Empty for runs of earlier versions. */
  readonly images: NonNullable<NonNullable<RunFacts['started']>['images']>;
  readonly host: NonNullable<RunFacts['started']>['host'] | null;
  readonly rerun: string;
}

export interface ReportObjective {
  readonly name: string;
  readonly status: 'held' | 'missed' | 'no-samples';
  /** null without samples, where users were never served as before after `fault`, and where an update never reached all nodes. */
  readonly measured: number | null;
  /** True where too few were answered to tell a percentile: it is `measured` or more. */
  readonly atLeast: boolean;
  /** Id in `faults` of the one after which recovery took longest, in `access.lost`, or action of the update or switch in `updates` or `switches` that took longest; null of other measures. */
  readonly fault: string | null;
  readonly comparison: 'below' | 'atMost' | 'atLeast' | 'above';
  readonly bound: number;
  /** Unit of `measured` and `bound`: `ms`, `share`, `per-second`, `records`, `count`, `k6` for a metric in k6's own unit, or `query` for PromQL's own. */
  readonly unit: ObjectiveUnit;
  readonly measure: Measure;
  /** null = the whole run. */
  readonly phase: string | null;
  /** null = all loads together. */
  readonly load: string | null;
  /** Of k6, that its requests, checks or samples have; empty = all of them. */
  readonly tags: Readonly<Record<string, string>>;
}

export function reportJson(report: RunReport): ReportJson {
  const { run } = report;
  const first = run.verdict?.firstSaturated ?? null;
  return {
    schemaVersion: 1,
    run: run.id,
    scenario: { name: run.scenario.name, description: run.scenario.description },
    seed: run.plan.seed,
    outcome: report.outcome,
    exitCode: report.exitCode,
    reasons: report.reasons,
    findings: run.verdict?.findings ?? [],
    startedAt: isoTime(report.startedAtMs),
    endedAt: isoTime(report.endedAtMs),
    plannedLoadMs: run.plan.durationMs,
    loadMs: report.loadMs,
    objectives: objectives(run.verdict),
    phases: run.verdict?.phases ?? [],
    whole: run.verdict?.whole ?? null,
    loads: run.verdict?.loads ?? [],
    firstSaturated: first === null ? null : { ...first, summary: describeSaturation(first, run) },
    actions: report.actions,
    nodes: report.nodes,
    incidents: report.incidents,
    distribution: report.distribution,
    usage: report.usage,
    faults: report.faults,
    recovery: report.recovery,
    updates: report.updates,
    switches: report.switches,
    access: report.access,
    enrolment: report.enrolment,
    delays: report.delays,
    churn: report.churn,
    network: {
      connected: report.network.connected,
      looks: report.network.looks.map(({ moment, offsetMs, figures }) => ({ moment, offsetMs, ...figures })),
    },
    generators: report.generators,
    warnings: report.warnings,
    missing: report.missing,
    versions: report.started?.versions ?? {},
    images: report.started?.images ?? {},
    host: report.started?.host ?? null,
    rerun: report.rerun,
  };
}

function objectives(verdict: Verdict | undefined): ReportObjective[] {
  return (verdict?.objectives ?? []).map(({ objective, status, measured, atLeast = false, fault }) => ({
    name: objective.name,
    status,
    measured,
    atLeast,
    fault: fault?.id ?? null,
    comparison: objective.comparison,
    bound: objective.bound,
    unit: kindOf(objective.measure).unit,
    measure: objective.measure,
    phase: objective.phase,
    load: objective.load,
    tags: objective.tags ?? {},
  }));
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
