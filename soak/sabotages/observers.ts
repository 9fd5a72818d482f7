// What observes a run breaks, is lied to, or the run is taken away: nothing may stand in for a measurement.
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { kill, pause, runInside } from './act.ts';
import type { Sabotage } from './sabotage.ts';
import { scriptOf } from './usual-scenario.ts';

const halfFail = scriptOf("http.get(base + (turn % 4 < 2 ? '/work' : '/nothing-here'));");
const unbelievable = ['invalid', 'broken'] as const;

/** Tries whatever might take samples, from inside a node. */
const forge = (host: string, port: number) =>
  runInside(
    'servers-1',
    `const send = () => fetch('http://${host}:${port}/api/v1/write', { method: 'POST', body: 'k6_http_reqs_total 1' })
      .catch(() => {}); send(); setInterval(send, 100); setTimeout(() => process.exit(), 6000);`,
  );

export const observers: readonly Sabotage[] = [
  {
    breaks: 'Prometheus is paused for half of the load',
    right: { outcome: unbelievable },
    act: pause('prometheus', 6000),
  },
  {
    breaks: 'Prometheus is killed',
    right: { outcome: unbelievable },
    act: kill('prometheus'),
    short: true,
  },
  {
    breaks: 'The agent is killed',
    right: { outcome: unbelievable },
    act: kill('agent'),
  },
  {
    breaks: 'The agent is paused for half of the load',
    right: { outcome: unbelievable },
    act: pause('agent', 6000),
  },
  {
    breaks: 'The reaper is killed: the run goes on',
    right: { outcome: 'pass' },
    act: kill('reaper'),
  },
  {
    breaks: 'A node writes to Prometheus while half of the requests fail',
    right: { outcome: 'fail', code: 'objective-missed' },
    script: halfFail,
    act: forge('prometheus', 9090),
  },
  {
    breaks: "A node writes to the agent's gate while half of the requests fail",
    right: { outcome: 'fail', code: 'objective-missed' },
    script: halfFail,
    act: forge('agent', 9700),
  },
  {
    breaks: "A node tells the generator's own interface to stop",
    right: { outcome: 'pass' },
    act: runInside(
      'servers-1',
      `fetch('http://users-k6-1:6565/v1/status', { method: 'PATCH', body: JSON.stringify({ data: { type: 'status', id: 'default',
        attributes: { stopped: true } } }) }).catch(() => {}).finally(() => process.exit());`,
    ),
  },
  {
    breaks: 'An objective asks for a series that nobody writes',
    right: { outcome: 'invalid', code: 'no-samples' },
    scenario: {
      objectives: [
        { promql: 'sum(rate(nobody_writes_this{run="$run"}[$window]))', above: 0, name: 'of nothing' },
      ],
    },
  },
  {
    breaks: 'An objective in PromQL has an unclosed bracket',
    right: { outcome: 'refused', says: /PromQL/ },
    scenario: { objectives: [{ promql: 'sum((up{run="$run"})', above: 0, name: 'unclosed' }] },
  },
  {
    breaks: 'Somebody removes everything of the run',
    right: { outcome: 'broken', says: /removed everything|went away|gone|lost|ended/ },
    act: async ({ engine, run }) => void (await removeLeftovers(engine, run)),
  },
  {
    breaks: 'Every container of the run ends at once, as when Docker is restarted',
    right: { outcome: 'broken', says: /Docker went away at/ },
    act: async ({ engine, run }) => {
      const { containers } = await engine.list(run);
      await Promise.all(containers.map(({ id }) => engine.signal(id, 'SIGKILL')));
    },
  },
];
