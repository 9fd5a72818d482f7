// `topolab plan FILE`: what a run would do, as text or JSON.
import { makePlan } from '../plan/make-plan.ts';
import { renderPlan } from '../plan/render-plan.ts';
import { loadScenario } from '../scenario/load-scenario.ts';

export async function planCommand(
  file: string,
  options: { readonly json?: boolean; readonly seed?: number },
): Promise<void> {
  const loaded = await loadScenario(file);
  const plan = makePlan(options.seed === undefined ? loaded : { ...loaded, seed: options.seed });
  process.stdout.write(options.json ? `${JSON.stringify(plan, null, 2)}\n` : `${renderPlan(plan)}\n`);
}
