// `topolab plan FILE`: what a run would do, as text or JSON; with a sweep, what each run would do. On a Swarm also which host has what.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connectDocker } from '../engine/docker/connect-docker.ts';
import { brokenLine } from '../format/wrap-text.ts';
import { describeBound } from '../judge/describe-objective.ts';
import { leftOut } from '../plan/left-out.ts';
import type { Plan } from '../plan/plan.ts';
import { renderPlan } from '../plan/render-plan.ts';
import { printable } from '../printable.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';
import { parseSets } from '../scenario/parameters/parse-sets.ts';
import { requireHosts } from '../run/needs/host-check.ts';
import { type PlacedHost, placedHosts } from '../run/needs/placed-hosts.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { loadPlanned, loadRunnable } from './load-planned.ts';
import type { EngineChoice } from './prepare-options.ts';
import { renderHosts } from './render-hosts.ts';
import { layOutSwarm } from './swarm-hosts.ts';

export interface PlanCommandOptions extends EngineChoice {
  readonly json?: boolean;
  readonly seed?: number;
  /** `name=value`; several values make a sweep. */
  readonly set: readonly string[];
}

interface Planned {
  readonly scenario: Scenario;
  readonly plan: Plan;
}

/** JSON is one plan, or a list of `{ parameters, plan }` for a sweep; on a Swarm a plan has `hosts` besides. */
export async function planCommand(file: string, options: PlanCommandOptions): Promise<void> {
  const { json, seed, set, engine: kind, placement = 'spread' } = options;
  const runs: Planned[] = [];
  // What several hosts don't carry is found where it is looked at as a whole.
  const load = kind === 'swarm' ? loadRunnable : loadPlanned;
  for (const values of parseSets(set)) {
    // Lets a signal be heard between two of them.
    await nextTurn();
    runs.push(await load(file, { set: values, seed, acrossHosts: true }));
  }
  const hosts = kind === 'swarm' ? await hostsOf(runs, options) : [];
  if (json) {
    const [only, ...others] = runs.map(({ scenario, plan }, index) => ({
      parameters: withoutSecrets(scenario).parameters,
      plan: { ...plan, ...(hosts[index] && { hosts: hosts[index] }) },
    }));
    const told = others.length === 0 ? only?.plan : [only, ...others];
    // Within its texts JSON writes a character in the same way, so that this stays JSON.
    process.stdout.write(printable(`${JSON.stringify(told, null, 2)}\n`));
    return;
  }
  const texts = runs.map(({ scenario, plan }, index) => {
    const values = Object.entries(withoutSecrets(scenario).parameters).map(
      ([name, value]) => `${name} = ${value}`,
    );
    const placed = hosts[index] === undefined ? [] : [renderHosts(hosts[index], placement)];
    const bounds = scenario.objectives.map((each) => `${each.name} ${describeBound(each)}`);
    const sections = [
      renderPlan(plan),
      ...listed('Objectives', bounds),
      ...placed,
      ...listed('Left out', leftOut(scenario, plan)),
    ];
    return `${values.length === 0 ? '' : `Parameters: ${values.join(', ')}\n`}${sections.join('\n\n')}\n`;
  });
  const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const lines = printable(texts.join('\n\n')).split('\n');
  process.stdout.write(lines.flatMap((line) => brokenLine(line, columns)).join('\n'));
}

/** What comes to each host of the Swarm, run by run. Only its manager is asked, and nothing is started. */
async function hostsOf(
  runs: readonly Planned[],
  options: EngineChoice,
): Promise<readonly (readonly PlacedHost[])[]> {
  await using engine = await connectDocker();
  const {
    survey: { hosts, leftOut: unused },
    layout,
  } = await layOutSwarm(engine, runs, options);
  for (const line of [...unused, ...(layout.remark === undefined ? [] : [layout.remark])])
    process.stderr.write(printable(`note: ${line}\n`));
  for (const { scenario } of runs) requireHosts(scenario, hosts);
  return runs.map((run) => placedHosts(run, hosts, layout));
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((each) => `  ${each}`)].join('\n')];
}
