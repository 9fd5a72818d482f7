// All that is told of a run, computed once from what was saved of it: the terminal, HTML, JSON, JUnit and Markdown only show this value.
import { type AccessFigures, accessFigures } from '../../measure/changes/access-figures.ts';
import type { MeasuredDelays } from '../../delays/delays.ts';
import { type EnrolmentFigures, measureEnrolment } from '../../measure/changes/measure-enrolment.ts';
import { type MeasuredSwitch, measureSwitches } from '../../measure/changes/measure-switches.ts';
import { type MeasuredUpdate, measureUpdates } from '../../measure/changes/measure-updates.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { type GraphFigures, measureGraph } from '../../record/network-graph.ts';
import {
  type ConnectedNetwork,
  connectedNetwork,
  type NetworkSighting,
  sightingsOf,
} from '../../record/network-sightings.ts';
import { type DistributionFacts, distributionFacts } from './distribution-facts.ts';
import { type ChurnFigures, churnFigures, type FaultRow, faultRows } from './fault-rows.ts';
import { type GeneratorFigures, readK6Summary } from './k6-summary.ts';
import { delaysOf } from './measured-delays.ts';
import { type RecoveryFacts, recoveryFacts } from './recovery-facts.ts';
import { rerunCommand } from './rerun-command.ts';
import { collectFacts, type RunFacts } from './run-facts.ts';
import { type UsageFacts, usageFacts } from './usage-facts.ts';

export interface RunReport extends RunFacts {
  /** What it was computed from. */
  readonly run: SavedRun;
  readonly generators: readonly GeneratorFigures[];
  /** How the files reached everybody; null where the run distributes none. */
  readonly distribution: DistributionFacts | null;
  /** CPU time and bytes sent, by those who have to be run for the users and by the users' own machines; null where nobody told. */
  readonly usage: UsageFacts | null;
  /** What each fault did to the users. */
  readonly faults: readonly FaultRow[];
  /** What became of each update. */
  readonly updates: readonly MeasuredUpdate[];
  /** What became of each switch of the topology. */
  readonly switches: readonly MeasuredSwitch[];
  /** What it took until new nodes were part of the system; null where nobody needs an invitation. */
  readonly enrolment: EnrolmentFigures | null;
  /** What joins and leaves did; null where nobody came or went by themselves. */
  readonly churn: ChurnFigures | null;
  /** Backups made, and what each destruction cost; null where nothing was backed up or destroyed, and no records were written. */
  readonly recovery: RecoveryFacts | null;
  /** What became of users' rights; null where everybody may do everything, or nothing was measured. */
  readonly access: AccessFigures | null;
  /** null where no program delayed packets, or the run did not come to measuring it. */
  readonly delays: MeasuredDelays | null;
  /** Every look at the network of peers, and when it was connected for the first time; null where it never was. */
  readonly network: {
    readonly connected: ConnectedNetwork | null;
    readonly looks: readonly (NetworkSighting & { readonly figures: GraphFigures })[];
  };
  /** The command that runs it again. */
  readonly rerun: string;
}

/** However far the run came; the same run gives the same report. */
export function makeRunReport(run: SavedRun): RunReport {
  const facts = collectFacts(run);
  const faults = faultRows(run, facts);
  return {
    ...facts,
    run,
    generators: Object.entries(run.k6Summaries).map(([node, summary]) => readK6Summary(node, summary)),
    distribution: distributionFacts(run),
    usage: usageFacts(run),
    faults,
    recovery: recoveryFacts(run, faults),
    updates: measureUpdates(run.events, run.samples, facts.loadMs ?? run.plan.durationMs),
    switches: measureSwitches(run.events, run.samples, facts.loadMs ?? run.plan.durationMs),
    enrolment: measureEnrolment(run.events, run.samples),
    churn: churnFigures(run),
    access: accessFigures(run.scenario, run.events),
    delays: delaysOf(run),
    network: {
      connected: connectedNetwork(run.events),
      looks: sightingsOf(run.events).map((sighting) => ({ ...sighting, figures: measureGraph(sighting) })),
    },
    rerun: rerunCommand(run),
  };
}
