import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkScript } from '../../../orchestrator/load/check-script.ts';
import { generatorSettings } from '../../../orchestrator/load/generator-settings.ts';
import { foldedTags, k6Errors } from '../../../orchestrator/load/k6-log.ts';
import { readScriptFacts, type ScriptFacts } from '../../../orchestrator/load/script-facts.ts';
import type { Load, LoadModel } from '../../../orchestrator/scenario/load/load.ts';

function loadOf(model: LoadModel): Load {
  return {
    name: 'users',
    scriptPath: `${process.cwd()}/load/a.ts`,
    script: 'load/a.ts',
    target: 'servers',
    model,
    generators: 1,
    image: 'k6',
    pull: null,
    platform: null,
    cpus: null,
    memoryBytes: null,
    files: [],
    graceMs: 5000,
    env: {},
    secrets: {},
  };
}

const open = loadOf({
  kind: 'open',
  startRate: 1,
  stages: [{ durationMs: 4000, target: 1 }],
  maxVirtualUsers: 10,
});
const own = loadOf({ kind: 'script' });

function factsOf(options: object, putAside: readonly string[] = []): ScriptFacts {
  const [first, ...others] = JSON.stringify({ vus: null, ...options }, null, 2).split('\n');
  const log = [first, 'time="…" level=warning msg="x" source=console', ...others, ''].join('\n');
  const facts = readScriptFacts(log, putAside);
  if (facts === undefined) throw new Error('no facts');
  return facts;
}

describe('what k6 says of a script', () => {
  it('is read past what the script itself says', () => {
    const facts = factsOf({
      setupTimeout: '3m',
      thresholds: { 'http_req_duration{group:::a}': ['p(95)<1'] },
      scenarios: {
        steady: { executor: 'constant-vus', duration: '1m30s', startTime: '10s', gracefulStop: '2s' },
        ramp: {
          executor: 'ramping-arrival-rate',
          stages: [{ duration: '5s' }, { duration: '10s' }],
          startTime: null,
        },
        counted: { executor: 'shared-iterations', maxDuration: null, gracefulStop: null },
        outside: { executor: 'externally-controlled', duration: null },
      },
    });
    expect(facts).toEqual({
      putAside: [],
      setupTimeoutMs: 180_000,
      thresholds: [{ selector: 'http_req_duration{group:::a}', expression: 'p(95)<1', abortAfterMs: null }],
      scenarios: [
        { name: 'steady', endMs: 100_000, atMost: false, graceMs: 2000 },
        { name: 'ramp', endMs: 15_000, atMost: false, graceMs: 30_000 },
        { name: 'counted', endMs: 600_000, atMost: true, graceMs: 30_000 },
        { name: 'outside', endMs: null, atMost: false, graceMs: 30_000 },
      ],
    });
    expect(readScriptFacts('level=info', [])).toBeUndefined();
  });

  it('is read of k6 2.2 as of 1.8, whose answer has two fields less', () => {
    const printed = readFileSync(new URL('../../fixtures/k6-inspect-2.2.txt', import.meta.url), 'utf8');
    const expected: ScriptFacts = {
      putAside: [],
      setupTimeoutMs: 120_000,
      thresholds: [
        { selector: 'checks', expression: 'rate>0.99', abortAfterMs: null },
        { selector: 'fine', expression: 'rate>0.9', abortAfterMs: null },
        { selector: 'http_req_duration{name:checkout}', expression: 'p(95)<300', abortAfterMs: null },
        { selector: 'http_req_failed', expression: 'rate<0.01', abortAfterMs: null },
        { selector: 'order_value', expression: 'avg>2', abortAfterMs: 30_000 },
      ],
      scenarios: [{ name: 'default', endMs: 10_000, atMost: false, graceMs: 30_000 }],
    };
    expect(readScriptFacts(printed, [])).toEqual(expected);
    const earlier = printed.split('\n').filter((line) => !/"(handleSummaryTimeout|features)":/.test(line));
    expect(readScriptFacts(earlier.join('\n'), [])).toEqual(expected);
  });

  it('is told in the user’s own terms: what is wrong, in which file and line', () => {
    const log =
      'time="…" level=error msg="Error: boom\\n\\tat user (file:///topolab/load/lib/b.ts:8:8(9))\\n\\tat apply (native)\\n\\tat iterate (file:///x/orchestrator/load/in-k6/iteration.ts:84:24(15))\\n" hint="script exception"\n';
    expect(k6Errors(log + log, `${process.cwd()}/load/a.ts`)).toEqual([
      'Error: boom',
      '\tat user (load/lib/b.ts:8:8)',
    ]);
  });

  it('names each tag that had too many values once', () => {
    const line = 'time="…" level=warning msg="topolab: too many values of tag id" source=console\n';
    expect(foldedTags(`${line}${line}`)).toEqual(['id']);
  });
});

describe('a script beside its scenario', () => {
  it('is told which of its options don’t count', () => {
    expect(checkScript(open, factsOf({}, ['vus', 'duration']), 4000)).toEqual([
      expect.stringContaining('(vus, duration)'),
    ]);
    expect(checkScript(open, factsOf({}), 4000)).toEqual([]);
  });

  it('is refused where its own load goes on after the last phase, and warned where it may', () => {
    const steady = { executor: 'constant-vus', duration: '8s' };
    expect(checkScript(own, factsOf({ scenarios: { steady } }), 8000)).toEqual([]);
    expect(() => checkScript(own, factsOf({ scenarios: { steady } }), 4000)).toThrow(
      'its scenario steady runs until 8 s after the start, and the last phase ends at 4 s',
    );
    const counted = { executor: 'per-vu-iterations', maxDuration: '8s' };
    expect(checkScript(own, factsOf({ scenarios: { counted } }), 4000)).toHaveLength(1);
  });

  it('has all of the users that the scenario says, and of a script’s own scenarios those that it says itself', () => {
    const segments = ['executionSegment', 'executionSegmentSequence'];
    expect(generatorSettings(open, 1, []).putAside).toEqual(expect.arrayContaining(segments));
    expect(generatorSettings(own, 1, []).putAside).toEqual([]);
  });

  it('holds no request of an open load back, which no latency would tell', () => {
    expect(generatorSettings(open, 1, []).putAside).toContain('rps');
    const closed = { ...open, model: { kind: 'closed' as const, startVirtualUsers: 1, stages: [] } };
    expect(generatorSettings(closed, 1, []).putAside).not.toContain('rps');
  });

  it('ends its requests before k6 cuts them off, and none after the run', () => {
    const windows = [{ name: 'only', untilMs: 20_000 }];
    expect(generatorSettings(open, 1, windows).deadlineMs).toBe(8750);
    const scenarios = {
      early: { executor: 'constant-vus', duration: '8s', gracefulStop: '1s' },
      late: { executor: 'constant-vus', duration: '20s' },
    };
    expect(generatorSettings(own, 1, windows, factsOf({ scenarios }))).toMatchObject({
      deadlineMs: 24_750,
      deadlinesMs: { early: 8750, late: 24_750 },
      putAside: [],
    });
  });

  it('has the tags that its thresholds ask for', () => {
    const selectors = ['http_req_duration{group:::a,name:b}', 'checks'];
    const { options, requestTags } = generatorSettings(open, 1, [], undefined, {
      selectors,
      tags: ['group', 'name'],
    });
    expect(options['systemTags']).toContain('group');
    expect(options['systemTags']).not.toContain('scenario');
    expect(requestTags).toEqual(['name']);
    // Each generator would judge its own part alone.
    expect(options['thresholds']).toEqual({ 'http_req_duration{group:::a,name:b}': [], checks: [] });
    expect(generatorSettings(open, 1, []).options).not.toHaveProperty('thresholds');
  });

  it('is refused where a threshold of its own can’t be judged', () => {
    const facts = factsOf({ thresholds: { orders: ['count!=5'] } });
    expect(() => checkScript(open, facts, 4000)).toThrow('threshold "count!=5" excludes a single value');
  });
});
