// `topolab plan FILE`: what a run would do, as text or JSON; with a sweep, what each run would do.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { leftOut } from '../plan/left-out.ts';
import type { Plan } from '../plan/plan.ts';
import { renderPlan } from '../plan/render-plan.ts';
import { printable } from '../printable.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';
import { parseSets } from '../scenario/parameters/parse-sets.ts';
import { loadPlanned } from './load-planned.ts';

export interface PlanCommandOptions {
  readonly json?: boolean;
  readonly seed?: number;
  /** `name=value`; several values make a sweep. */
  readonly set: readonly string[];
}

/** JSON is one plan, or a list of `{ parameters, plan }` for a sweep. */
export async function planCommand(file: string, { json, seed, set }: PlanCommandOptions): Promise<void> {
  const plans: {
    parameters: Readonly<Record<string, string | number>>;
    plan: Plan;
    missing: readonly string[];
  }[] = [];
  for (const values of parseSets(set)) {
    // Lets a signal be heard between two of them.
    await nextTurn();
    const { scenario, plan } = await loadPlanned(file, { set: values, seed, acrossHosts: true });
    plans.push({ parameters: withoutSecrets(scenario).parameters, plan, missing: leftOut(scenario, plan) });
  }
  if (json) {
    const [only] = plans;
    // Within its texts JSON writes a character in the same way, so that this stays JSON.
    process.stdout.write(
      printable(
        `${JSON.stringify(plans.length === 1 ? only?.plan : plans.map(({ parameters, plan }) => ({ parameters, plan })), null, 2)}\n`,
      ),
    );
    return;
  }
  const texts = plans.map(({ parameters, plan, missing }) => {
    const values = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
    return `${values.length === 0 ? '' : `Parameters: ${values.join(', ')}\n`}${[renderPlan(plan), ...renderMissing(missing)].join('\n\n')}\n`;
  });
  process.stdout.write(printable(texts.join('\n\n')));
}

function renderMissing(missing: readonly string[]): string[] {
  return missing.length === 0 ? [] : [['Left out', ...missing.map((each) => `  ${each}`)].join('\n')];
}
