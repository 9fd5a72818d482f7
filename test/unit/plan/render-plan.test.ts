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

    Load users: up to 40 iterations per second, 1,400 in all
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

test('hundreds of joins and leaves are shown in sums between the other actions', () => {
  const churn = {
    arrivals: { exponential: '1s' },
    sessions: { weibull: { shape: 0.6, scale: '8s' } },
    cleanShare: '50%',
  } as const;
  const scenario = scenarioOf({
    groups: { directory: { role: 'tracker' }, peers: { role: 'peer', replicas: 8, churn } },
    phases: [{ name: 'run', duration: '3m' }],
    timeline: [
      { at: '1m', kill: { rule: 'tracker' } },
      { at: '2m', kill: { rule: 'best-connected', replaceAfter: '5s' } },
    ],
  });
  const [, actions] = renderPlan(makePlan(scenario)).split('Actions\n');
  expect(`\n${actions}\n`).toMatchInlineSnapshot(`
    "
            28ms – 59.602s  churn of peers: 59 join, 54 leave (28 break off)  2 to 17 nodes, in the end 13  (groups.peers.churn)
                        1m  kill the tracker                                  killed: directory-1  (timeline[0])
      1m0.188s – 1m58.736s  churn of peers: 73 join, 71 leave (34 break off)  7 to 20 nodes, in the end 15  (groups.peers.churn)
                        2m  kill 1 of peers, the best-connected               known when it happens  (timeline[1])
       2m0.164s – 2m3.899s  churn of peers: 3 join, 4 leave (2 break off)     12 to 15 nodes, in the end 14  (groups.peers.churn)
                      2m5s  peers-144 joins                                   peers 14 → 15  (timeline[1])
       2m5.779s – 2m59.96s  churn of peers: 53 join, 59 leave (30 break off)  6 to 16 nodes, in the end 9  (groups.peers.churn)
    "
  `);
});
