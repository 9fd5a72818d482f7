import { expect, test } from 'vitest';
import type { Saturation } from '../../../orchestrator/measure/figures/figures.ts';
import { nameBottleneck } from '../../../orchestrator/report/study/study-words.ts';
import { type Bottleneck, bottleneckOf } from '../../../orchestrator/study/answer-study.ts';
import type { StudyProbe } from '../../../orchestrator/study/study-folder.ts';

function probe(trial: number, rate: number, outcome: StudyProbe['outcome'], ranOut?: string): StudyProbe {
  const [resource, group = ''] = ranOut?.split(' ') ?? [];
  const saturated =
    resource === undefined
      ? null
      : {
          resource: resource as Saturation['resource'],
          group,
          node: `${group}-1`,
          fromMs: 1000,
          forMs: 3000,
          use: 1,
          throttled: 1,
        };
  return {
    kind: 'probe',
    size: 2,
    number: rate,
    trial,
    rate,
    outcome,
    saturated,
    settleMs: 3000,
    measureMs: 8000,
    loadMs: 4000,
    purpose: 'measure',
    canProlong: true,
    startedAtMs: 0,
    figures: null,
    objectives: [],
  };
}

test('the bottleneck keeps the role, so that it can be called by its name', () => {
  const missed = probe(1, 92, 'missed', 'cpu postgres');
  const saturated = missed.saturated && { ...missed.saturated, role: 'store' };
  const found = bottleneckOf([{ ...missed, saturated }], 2);
  expect(found).toEqual({ resource: 'cpu', group: 'postgres', role: 'store', probes: 1, of: 1 });
  expect(bottleneckOf([missed], 2)).not.toHaveProperty('role');
});

test.each<[Pick<Bottleneck, 'resource' | 'group' | 'role'>, string]>([
  [{ resource: 'cpu', group: 'servers', role: 'server' }, 'CPU of servers'],
  [{ resource: 'memory', group: 'servers' }, 'memory of servers'],
  [{ resource: 'uplink', group: 'peers', role: 'peer' }, 'uplink of peers'],
  [{ resource: 'downlink', group: 'peers' }, 'downlink of peers'],
  [{ resource: 'cpu', group: 'postgres', role: 'store' }, 'CPU of the database (postgres)'],
  [{ resource: 'cpu', group: 'balancer', role: 'balancer' }, 'CPU of the balancer'],
  [{ resource: 'generator-cpu', group: 'users' }, 'CPU of the load generators'],
  [{ resource: 'host-cpu', group: 'host' }, 'CPU of the host'],
])('%o is called %s', (bottleneck, words) => {
  expect(nameBottleneck(bottleneck)).toBe(words);
});

const cpu = 'cpu servers';
const host = 'host-cpu host';

test.each<[string, StudyProbe[], string | null]>([
  [
    'the lowest missed probe of the only trial',
    [probe(1, 90, 'held'), probe(1, 92, 'missed', cpu)],
    '1/1 cpu servers',
  ],
  [
    'not what ran out far beyond the limit',
    [probe(1, 400, 'missed', host), probe(1, 160, 'missed', host), probe(1, 92, 'missed', cpu)],
    '1/1 cpu servers',
  ],
  ['whatever the order', [probe(1, 92, 'missed', cpu), probe(1, 400, 'missed', host)], '1/1 cpu servers'],
  [
    'nothing, where nothing ran out at the limit',
    [probe(1, 400, 'missed', cpu), probe(1, 92, 'missed')],
    null,
  ],
  [
    'not what was missed below a rate that held, as by nodes that were not warm yet',
    [probe(1, 4, 'missed'), probe(1, 90, 'held'), probe(1, 92, 'missed', cpu)],
    '1/1 cpu servers',
  ],
  [
    'most of the trials',
    [probe(1, 92, 'missed', cpu), probe(2, 90, 'missed', host), probe(3, 91, 'missed', cpu)],
    '2/3 cpu servers',
  ],
  [
    'nothing, where each trial saw something else',
    [probe(1, 92, 'missed', cpu), probe(2, 90, 'missed', host)],
    null,
  ],
  ['half of the trials', [probe(1, 92, 'missed', cpu), probe(2, 90, 'missed')], '1/2 cpu servers'],
  [
    'nothing, in less than half of them',
    [probe(1, 92, 'missed', cpu), probe(2, 90, 'missed'), probe(3, 91, 'missed')],
    null,
  ],
  ['nothing, where only probes that held were at a limit', [probe(1, 92, 'held', cpu)], null],
  ['nothing that an invalid probe shows', [probe(1, 92, 'invalid', host)], null],
  ['nothing without probes', [], null],
])('the bottleneck of a size is %s', (_, probes, expected) => {
  const other = { ...probe(1, 20, 'missed', 'memory store'), size: 1 };
  const found = bottleneckOf([other, ...probes], 2);
  expect(found && `${found.probes}/${found.of} ${found.resource} ${found.group}`).toBe(expected);
});
