// What is wrong with the records that a run is to write itself, and with objectives on them, as `validate` tells it.
import { expect, it, test } from 'vitest';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';

const groups = {
  database: { role: 'store' },
  servers: { role: 'server', store: 'database' },
  files: { role: 'peer', discovery: 'broadcast', services: ['events'] },
};

function resolved(parts: object) {
  const input = { name: 'kept', groups, phases: [{ name: 'run', duration: '60s' }], ...parts };
  return resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
}

it('are twenty a second of 200 bytes where nothing else is said, and none where they are not asked for', () => {
  const kept = resolved({ records: { target: 'servers' } });
  expect(kept.ok && kept.scenario.records).toEqual({
    target: 'servers',
    ratePerSecond: 20,
    sizeBytes: 200,
    eventsPerSecond: 0,
  });
  const none = resolved({});
  expect(none.ok && none.scenario.records).toBeNull();
});

test.each<[string, object, string, RegExp]>([
  ['a store', { records: { target: 'database' } }, 'records.target', /is a store, not a/],
  ['nobody', { records: { target: 'serves' } }, 'records.target', /no group "serves"/],
  [
    'peers without records',
    { records: { target: 'files' } },
    'records.target',
    /keep no records; add records/,
  ],
  ['too many', { records: { target: 'servers', rate: '500/s' } }, 'records.rate', /at most 200\/s/],
  ['none at all', { records: { target: 'servers', rate: '0/s' } }, 'records.rate', /not above 0\/s/],
  [
    'more than are kept',
    {
      records: { target: 'servers', rate: '200/s' },
      phases: [{ name: 'run', duration: '1h' }],
    },
    'records.rate',
    /more than 100000 records in the 1h of the run, and so many are kept; write 27\/s or less/,
  ],
  [
    'servers that serve enrolled clients alone',
    {
      records: { target: 'servers' },
      groups: {
        servers: { role: 'server' },
        clients: { role: 'client', asks: 'servers', enrolment: {} },
      },
    },
    'records.target',
    /would be refused, for these servers serve only nodes that are enrolled; write clients/,
  ],
  ['too small', { records: { target: 'servers', size: '4B' } }, 'records.size', /16B or more/],
  [
    'what nobody wrote',
    { objectives: [{ recordsLost: { atMost: 0 } }] },
    'objectives.0.recordsLost',
    /it writes none/,
  ],
  [
    'a phase',
    { records: { target: 'servers' }, objectives: [{ recordsLost: { atMost: 0 }, phase: 'run' }] },
    'objectives.0.phase',
    /about the whole run/,
  ],
  [
    'a bound on what a destruction costs, where nothing is destroyed',
    { records: { target: 'servers' }, objectives: [{ rpo: { atMost: '0s' } }] },
    'objectives.0.rpo',
    /nothing is destroyed; write `destroy` in the timeline/,
  ],
])('are refused: %s', (_, parts, place, message) => {
  const result = resolved(parts);
  const problems = result.ok ? [] : result.problems;
  expect(problems.map(({ path }) => path.join('.'))).toEqual([place]);
  expect(problems[0]?.message).toMatch(message);
});
