// The rows themselves: what they do to real runs is shown by `npm run soak`.
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';
import { planKills } from '../../../soak/kills/kill-run.ts';
import { allSabotages } from '../../../soak/sabotages/all-sabotages.ts';
import { writeScenario } from '../../../soak/sabotages/usual-scenario.ts';

const launched = allSabotages.filter(({ right }) => ![right.outcome].flat().includes('refused'));

describe('sabotages', () => {
  it('are forty or more, each of its own', () => {
    expect(allSabotages.length).toBeGreaterThanOrEqual(40);
    expect(new Set(allSabotages.map(({ breaks }) => breaks)).size).toBe(allSabotages.length);
  });

  it('are run in part with every change, within about two minutes', () => {
    expect(allSabotages.filter(({ short }) => short).length).toBeLessThanOrEqual(6);
  });

  it.each(launched)('is a scenario that can be run: $breaks', async (sabotage) => {
    const { phases } = await loadScenario(writeScenario(sabotage));
    expect(phases.at(-1)?.name).toBe('all');
  });
});

describe('kills', () => {
  it('are the same for the same seed, and take turns at their victims', () => {
    expect(planKills(7, 50)).toEqual(planKills(7, 50));
    expect(planKills(7, 6).map(({ victim }) => victim)).toEqual([
      'orchestrator',
      'reaper',
      'both',
      'orchestrator',
      'reaper',
      'both',
    ]);
  });
});
