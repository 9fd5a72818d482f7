// The largest plan that there may be, in a process of its own, as JSON: 10,000 nodes of which so many come and go that it has about 100,000 actions.
import { makePlan } from '../../orchestrator/plan/make-plan.ts';
import { churningScenario } from './churning-scenario.ts';
import type { PlanCost } from './costs.ts';

/** Each node comes and goes five times in ten minutes, a little less for those that are turned away. */
const scenario = churningScenario(10_000, { seconds: 600, sessionSeconds: 118 });
const before = { bytes: process.memoryUsage.rss(), cpu: process.cpuUsage() };
const { actions } = makePlan(scenario, { acrossHosts: true });
const { user, system } = process.cpuUsage(before.cpu);
const cost: PlanCost = {
  actions: actions.length,
  cpuSeconds: (user + system) / 1e6,
  grownBytes: process.resourceUsage().maxRSS * 1024 - before.bytes,
};
process.stdout.write(JSON.stringify(cost));
