import { describe, expect, test } from 'vitest';
import { type AnswerInput, answerFor } from '../../../orchestrator/capacity/answer.ts';
import { costInput, costOf } from '../../../orchestrator/capacity/cost.ts';
import { fitUsl, uslCapacity } from '../../../orchestrator/capacity/usl.ts';

function size(nodes: number, value: number, margin = 0.1) {
  return {
    nodes,
    capacity: { value, lower: value * (1 - margin), upper: value * (1 + margin), confidence: 0.95 },
  };
}

function input(some: Partial<AnswerInput>): AnswerInput {
  return {
    targetRate: 250,
    objectives: ['p95 below 200 ms'],
    group: 'web',
    sizes: [size(1, 100), size(2, 190), size(3, 270), size(4, 340), size(5, 400)],
    usl: null,
    ratePerUser: null,
    cost: null,
    nodeReadyMs: null,
    ...some,
  };
}

const servers = { name: 'web', nodes: 1, cpus: 2, memoryBytes: 2 ** 31 } as const;
const balancer = { name: 'lb', nodes: 1, cpus: 1, memoryBytes: 2 ** 30 } as const;

test('what was not offered meanwhile is said', () => {
  expect(answerFor(input({})).assumptions.join()).not.toContain('not offered');
  expect(answerFor(input({ otherLoads: ['robots'] })).assumptions).toContain(
    'The rate is all that is asked of the topology: without robots, which was not offered meanwhile.',
  );
});

describe('nodes for a target', () => {
  // Measured 90-110, 171-209, 243-297, 306-374, 360-440.
  test.each([
    [90, 1, 1, 1],
    [100, 1, 1, 2],
    [105, 2, 1, 2],
    [250, 3, 3, 4],
    [280, 4, 3, 4],
    [400, 5, 5, null],
  ])('%i/s needs %i nodes, %i to %s', (targetRate, value, lower, upper) => {
    expect(answerFor(input({ targetRate })).nodes).toEqual({ value, lower, upper, confidence: 0.95 });
  });

  test('N, N+1 and N+2 tell capacity, headroom and what is left after the failures', () => {
    const { sizings } = answerFor(input({}));
    expect(sizings.map(({ nodes, spare }) => [nodes, spare])).toEqual([
      [3, 0],
      [4, 1],
      [5, 2],
    ]);
    expect(sizings.map(({ headroom }) => headroom)).toEqual([
      expect.closeTo(0.08, 9),
      expect.closeTo(0.36, 9),
      expect.closeTo(0.6, 9),
    ]);
    expect(sizings.map(({ afterFailures }) => afterFailures.value)).toEqual([270, 270, 270]);
  });

  test('a target that no measured size reaches is said to be out of reach', () => {
    const answer = answerFor(input({ targetRate: 500 }));
    expect(answer).toMatchObject({ nodes: null, sizings: [] });
    expect(answer.warnings[0]).toBe('No measured capacity reaches 500/s: the most is 400/s with 5 nodes.');
  });

  test('the curve tells sizes in between and beyond, and the answer warns beyond', () => {
    const truth = { lambda: 100, sigma: 0.02, kappa: 0.001 };
    const trials = [1, 2, 4, 8].map((nodes) => ({
      size: nodes,
      capacities: [1, 1.01, 0.99].map((luck) => luck * uslCapacity(truth, nodes)),
    }));
    const usl = fitUsl(trials, { seed: 1, resamples: 50 });
    const sizes = [1, 2, 4, 8].map((nodes) => size(nodes, uslCapacity(truth, nodes), 0.01));
    const between = answerFor(input({ usl, sizes, targetRate: 520 }));
    expect(between.nodes?.value).toBe(6);
    expect(between.warnings.join()).not.toContain('beyond');
    const far = answerFor(input({ usl, sizes, targetRate: 800 }));
    expect(far.nodes?.value).toBeGreaterThan(8);
    expect(far.warnings.join()).toContain('beyond the measured sizes (1, 2, 4, 8)');
    expect(far.assumptions.join()).toContain('No new bottleneck');
    expect(answerFor(input({ usl, sizes, targetRate: 50_000 })).warnings.join()).toContain(
      'more nodes would serve less',
    );
  });

  test('little headroom is warned of', () => {
    expect(answerFor(input({})).warnings).toContain('3 nodes have only 8 % headroom.');
  });

  test.each([
    [
      null,
      'How long another node takes to become ready, and to carry its share of the load, was not measured.',
    ],
    [
      840,
      'Another node is ready 0.8 s after its launch; how long it takes to carry its share of the load was not measured.',
    ],
  ])('of nodes that were ready after %s ms no more is said than that', (nodeReadyMs, sentence) => {
    expect(answerFor(input({ nodeReadyMs })).assumptions).toContain(sentence);
  });

  test('a target of nothing is a bug', () => {
    expect(() => answerFor(input({ targetRate: 0 }))).toThrow(RangeError);
  });
});

describe('costs', () => {
  test('by the node: three at 0.05 and one balancer at 0.02 an hour, 250/s', () => {
    const prices = { currency: 'EUR', perGiBTransferred: null };
    const groups = [
      { ...servers, price: { kind: 'node', perNodeHour: 0.05 } },
      { ...balancer, price: { kind: 'node', perNodeHour: 0.02 } },
    ] as const;
    const bill = answerFor(input({ cost: costInput(prices, groups, null), ratePerUser: 0.5 })).sizings[0]
      ?.bill;
    // 0.17 an hour over 900,000 operations; 500 users.
    expect(bill?.perHour).toBeCloseTo(0.17, 12);
    expect(bill?.perMillionOperations).toBeCloseTo(0.17 / 0.9, 12);
    expect(bill?.perUserHour).toBeCloseTo(0.17 / 500, 12);
  });

  test('by resources and transfer', () => {
    const price = { kind: 'resources', perCpuHour: 0.03, perGiBHour: 0.004 } as const;
    const cost = costInput(
      { currency: 'USD', perGiBTransferred: 0.08 },
      [
        { ...servers, price },
        { ...balancer, price },
      ],
      2 ** 20,
    );
    const bill = costOf(cost, { nodes: 4, group: 'web', rate: 100, ratePerUser: null });
    // 4 · (2 · 0.03 + 2 · 0.004) + 0.034; 360,000 MiB = 351.5625 GiB.
    expect(bill.nodesPerHour).toBeCloseTo(0.306, 12);
    expect(bill.transferPerHour).toBeCloseTo(28.125, 9);
    expect(bill.perUserHour).toBeNull();
  });

  test('a group without a price costs nothing, and that is said', () => {
    const cost = costInput({ currency: 'EUR', perGiBTransferred: null }, [{ ...servers, price: null }], null);
    expect(costOf(cost, { nodes: 4, group: 'web', rate: 100, ratePerUser: null }).perHour).toBe(0);
    expect(cost.assumptions.join()).toContain('web nothing, without a price');
  });

  test('what is left out of the bill is an assumption', () => {
    const price = { kind: 'resources', perCpuHour: 1, perGiBHour: 1 } as const;
    const cost = costInput(
      { currency: 'EUR', perGiBTransferred: 0.08 },
      [{ ...servers, cpus: null, price }],
      null,
    );
    const { assumptions } = answerFor(input({ cost }));
    expect(assumptions.join()).toContain('has no limit');
    expect(assumptions.join()).toContain('bytes per operation were not measured');
    expect(answerFor(input({})).assumptions.join()).toContain('no prices');
  });
});
