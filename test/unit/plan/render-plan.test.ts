import { expect, test } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { renderPlan } from '../../../orchestrator/plan/render-plan.ts';
import { scenarioOf } from './plan-fixtures.ts';

test('a plan reads as text: nodes, phases, load and actions', () => {
  const scenario = scenarioOf({
    phases: [
      { name: 'three servers', duration: '20s' },
      { name: 'many servers', duration: '40s' },
    ],
    load: {
      users: {
        model: 'open',
        script: 'users.ts',
        target: 'front',
        stages: [
          { duration: '30s', rate: '40/s' },
          { duration: '10s', rate: '40/s' },
          { duration: '0s', rate: '20/s' },
          { duration: '20s', rate: '20/s' },
        ],
      },
      own: { model: 'script', script: 'own.js', target: 'servers' },
    },
    timeline: [
      { at: '20s', scale: { group: 'servers', to: 9 } },
      { at: '30s', resize: { group: 'servers', cpus: 0.8 } },
      { at: '50s', scale: { group: 'servers', to: 8 } },
    ],
  });
  expect(`\n${renderPlan(makePlan(scenario))}\n`).toMatchInlineSnapshot(`
    "
    planned · 1m · seed 1

    Nodes at the start
      servers     3  servers-1, servers-2, servers-3
      front       1  front-1

    Phases
             0s – 20s        three servers
            20s – 1m         many servers

    Load users: up to 40 iterations per second, 1400 in all
      40/s │                       ▁▂▃▄▅▆▇██████████
           │               ▁▂▃▄▅▆▇██████████████████
           │        ▁▂▃▄▅▆▇█████████████████████████████████████████████
           │▁▂▃▄▅▆▇█████████████████████████████████████████████████████
           0s                                                         1m

    Load own
      as the script's own options say

    Actions
            20s  scale servers 3 → 9        joining: servers-4, servers-5, … servers-9  (timeline[0])
            30s  resize servers to 0.8 CPU  changed: servers-1, servers-2, … servers-9  (timeline[1])
            50s  scale servers 9 → 8        leaving: servers-9  (timeline[2])
    "
  `);
});

test('a plan without load and actions says so', () => {
  expect(`\n${renderPlan(makePlan(scenarioOf()))}\n`).toMatchInlineSnapshot(`
    "
    planned · 1m · seed 1

    Nodes at the start
      servers     3  servers-1, servers-2, servers-3
      front       1  front-1

    Phases
             0s – 1m         run

    Actions
      none
    "
  `);
});
