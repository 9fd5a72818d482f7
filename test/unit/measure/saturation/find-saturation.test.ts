import { describe, expect, test } from 'vitest';
import {
  findSaturations,
  type HostSeries,
  type NodeSeries,
  nodeSeries,
  type ResourceSeries,
} from '../../../../orchestrator/measure/saturation/find-saturation.ts';

const phases = [
  { name: 'calm', startMs: 0, endMs: 10_000 },
  { name: 'peak', startMs: 10_000, endMs: 20_000 },
];

const observer = {
  labels: { node: 'prometheus', group: 'observers', role: 'prometheus' },
  legend: 'prometheus',
  points: [[0, 1]] as const,
};

/** One value a second from offset 0 on. */
function points(...values: number[]) {
  return values.map((value, second) => [second * 1000, value] as const);
}

function times(count: number, value: number): number[] {
  return Array.from({ length: count }, () => value);
}

function node(name: string, role: string, ...values: number[]): NodeSeries {
  return { node: name, group: name.replace(/-\d+$/, ''), role, points: points(...values) };
}

/** Of one host, unless `hosts` says others. */
interface Some extends Partial<ResourceSeries> {
  readonly hostBusy?: HostSeries['busy'];
  readonly hostOwn?: HostSeries['own'];
  readonly hostStolen?: HostSeries['stolen'];
}

function series({ hostBusy = [], hostOwn = [], hostStolen = [], ...some }: Some): ResourceSeries {
  const none = { cpu: [], throttled: [], memory: [], uplink: [], downlink: [] };
  const hosts = [{ host: null, busy: hostBusy, own: hostOwn, stolen: hostStolen }];
  return { stepSeconds: 1, ...none, hosts, unwatched: [], ...some };
}

function host(name: string, busy: readonly number[], own: readonly number[] = []): HostSeries {
  return { host: name, busy: points(...busy), own: points(...own), stolen: [] };
}

describe('what counts as run out', () => {
  const server = (...values: number[]) => node('servers-1', 'server', ...values);
  test.each<[string, Some, boolean]>([
    ['CPU at 95 % of its limit for 3 s', { cpu: [server(...times(4, 0.95))] }, true],
    ['CPU at 94 %', { cpu: [server(...times(20, 0.94))] }, false],
    ['CPU at its limit for 2 s, as at a start', { cpu: [server(1, 1, 1, 0.3, 0.3)] }, false],
    ['CPU at its limit with breaks', { cpu: [server(1, 1, 0.5, 1, 1, 0.5, 1, 1)] }, false],
    [
      'half of the periods throttled at 80 % use',
      { cpu: [server(...times(5, 0.8))], throttled: [server(...times(5, 0.5))] },
      true,
    ],
    [
      'half of the periods throttled at little use: bursts',
      { cpu: [server(...times(5, 0.4))], throttled: [server(...times(5, 0.6))] },
      false,
    ],
    [
      'high use, few periods throttled',
      { cpu: [server(...times(5, 0.9))], throttled: [server(...times(5, 0.3))] },
      false,
    ],
    [
      'throttling of another node',
      { cpu: [server(...times(5, 0.8))], throttled: [node('servers-2', 'server', ...times(5, 1))] },
      false,
    ],
    ['memory at 95 % of its limit', { memory: [server(...times(5, 0.96))] }, true],
    ['memory at 90 %', { memory: [server(...times(5, 0.9))] }, false],
    ['an uplink at 95 % of its rate for 3 s', { uplink: [server(...times(4, 0.95))] }, true],
    ['an uplink at 94 %', { uplink: [server(...times(20, 0.94))] }, false],
    ['an uplink at its rate for 2 s', { uplink: [server(1, 1, 1, 0.2)] }, false],
    ['a downlink at 95 %', { downlink: [server(...times(4, 0.95))] }, true],
    ['a downlink at 94 %', { downlink: [server(...times(20, 0.94))] }, false],
    ['15 % of the host stolen for 3 s', { hostStolen: points(...times(4, 0.15)) }, true],
    ['14 % stolen: noise of a virtual machine', { hostStolen: points(...times(60, 0.14)) }, false],
    ['a third stolen for 2 s', { hostStolen: points(0.3, 0.3, 0.3, 0.01) }, false],
    ['a host at 95 %', { hostBusy: points(...times(5, 0.97)) }, true],
    ['a generator at 80 %', { cpu: [node('users-1', 'generator', ...times(5, 0.8))] }, true],
    ['a generator at 75 %', { cpu: [node('users-1', 'generator', ...times(5, 0.75))] }, false],
    ['nothing measured', {}, false],
  ])('%s: %#', (_, some, runOut) => {
    expect(findSaturations(series(some), []).first !== null).toBe(runOut);
  });

  test('samples missing in between end a stretch', () => {
    const gap = {
      ...node('a-1', 'server'),
      points: [
        [0, 1],
        [1000, 1],
        [9000, 1],
        [10_000, 1],
      ] as const,
    };
    expect(findSaturations(series({ cpu: [gap] }), []).first).toBeNull();
  });

  test('with wider steps two points in a row are long enough', () => {
    const wide = {
      ...node('a-1', 'server'),
      points: [
        [0, 0.5],
        [7000, 1],
        [14_000, 1],
      ] as const,
    };
    expect(findSaturations(series({ stepSeconds: 7, cpu: [wide] }), []).first).toMatchObject({
      fromMs: 7000,
      forMs: 7000,
    });
  });
});

test('a saturation says which node, from when, for how long and how bad', () => {
  const cpu = [node('servers-1', 'server', 0.2, 0.3, 0.96, 0.99, 1.01, 0.97, 0.4, ...times(9, 1))];
  const throttled = [node('servers-1', 'server', 0, 0, 0.7, 0.9, 0.8, 0.9, 0, 1)];
  expect(findSaturations(series({ cpu, throttled }), []).first).toEqual({
    resource: 'cpu',
    group: 'servers',
    node: 'servers-1',
    role: 'server',
    fromMs: 2000,
    forMs: 3000,
    use: 1.01,
    throttled: 0.9,
  });
});

describe('the first to run out', () => {
  const late = node('store-1', 'store', ...times(5, 0.1), ...times(10, 1.2));
  const early = node('servers-1', 'server', 0.1, ...times(14, 0.96));
  test('is the earliest, however bad the others', () => {
    const found = findSaturations(series({ cpu: [late, early] }), []);
    expect(found.first?.node).toBe('servers-1');
    expect(found.all.map((each) => each.node)).toEqual(['servers-1', 'store-1']);
  });

  test.each([
    ['higher use', [0.97, 0.99], [0.6, 0.5], 'servers-2'],
    ['more throttling at the same use', [0.97, 0.97], [0.6, 0.9], 'servers-2'],
    ['the first of equals', [0.97, 0.97], [0.6, 0.6], 'servers-1'],
  ])('of two that began within a second is the one with %s', (_, use, held, name) => {
    const two = (values: readonly number[]) =>
      values.map((value, index) => node(`servers-${index + 1}`, 'server', ...times(6, value)));
    expect(findSaturations(series({ cpu: two(use), throttled: two(held) }), []).first?.node).toBe(name);
  });
});

test('each phase has its own first, cut at the edges of the phase', () => {
  const cpu = [
    node('servers-1', 'server', ...times(8, 0.2), ...times(12, 0.97)),
    node('balancer-1', 'balancer', ...times(15, 0.2), ...times(5, 1)),
  ];
  const found = findSaturations(series({ cpu }), phases);
  expect(found.phases['calm']).toBeNull();
  expect(found.phases['peak']).toMatchObject({ node: 'servers-1', fromMs: 10_000, forMs: 9000 });
  expect(found.first).toMatchObject({ fromMs: 8000, forMs: 11_000 });
});

test('a phase that is the whole load finds what the load does, also in its last three seconds', () => {
  const cpu = [node('servers-1', 'server', ...times(7, 0.2), ...times(4, 0.97))];
  const found = findSaturations(series({ cpu }), [{ name: 'all', startMs: 0, endMs: 10_000 }]);
  expect(found.first).toMatchObject({ fromMs: 7000, forMs: 3000 });
  expect(found.phases['all']).toEqual(found.first);
});

test('generators are listed, each once', () => {
  const cpu = [
    node('users-1', 'generator', ...times(6, 0.9)),
    node('users-2', 'generator', ...times(6, 0.85)),
  ];
  expect(findSaturations(series({ cpu }), []).generators.map((each) => [each.resource, each.node])).toEqual([
    ['generator-cpu', 'users-1'],
    ['generator-cpu', 'users-2'],
  ]);
});

test.each([
  ['others took a quarter', 0.7, true],
  ['the run itself filled it', 0.9, false],
])('a full host: %s', (_, own, byOthers) => {
  const found = findSaturations(
    series({ hostBusy: points(...times(6, 1)), hostOwn: points(...times(6, own)) }),
    [],
  );
  expect(found.first?.resource).toBe('host-cpu');
  expect(found.hostByOthers !== null).toBe(byOthers);
});

test('a host that others filled in the warm-up disturbed nothing that counts', () => {
  const warmUp = [
    { name: 'warm-up', startMs: 0, endMs: 6000, warmUp: true as const },
    { name: 'run', startMs: 6000, endMs: 20_000 },
  ];
  const full = series({
    hostBusy: points(...times(6, 1), ...times(6, 0.3)),
    hostOwn: points(...times(12, 0.1)),
  });
  expect(findSaturations(full, warmUp).hostByOthers).toBeNull();
  expect(findSaturations(full, phases).hostByOthers).toMatchObject({ fromMs: 0, forMs: 5000 });
});

test('others that are busy on a host with CPU to spare disturb nothing', () => {
  const found = findSaturations(
    series({ hostBusy: points(...times(6, 0.8)), hostOwn: points(...times(6, 0.1)) }),
    [],
  );
  expect(found.hostByOthers).toBeNull();
});

test('a host without samples was not watched', () => {
  expect(findSaturations(series({}), []).hostWatched).toBe(false);
  expect(findSaturations(series({ hostBusy: points(0.1) }), []).hostWatched).toBe(true);
});

test('a full host whose own share is unknown is not blamed on others', () => {
  expect(findSaturations(series({ hostBusy: points(...times(6, 1)) }), []).hostByOthers).toBeNull();
});

test('a link is named by its direction, and is never more than full: headers count, and scrapes come late', () => {
  const found = findSaturations(
    series({
      uplink: [node('seeder-1', 'peer', 0.5, ...times(5, 1.24))],
      downlink: [node('nodes-2', 'peer', ...times(8, 0.2), ...times(4, 0.97))],
    }),
    phases,
  );
  expect(found.all).toEqual([
    {
      resource: 'uplink',
      group: 'seeder',
      node: 'seeder-1',
      role: 'peer',
      fromMs: 1000,
      forMs: 4000,
      use: 1,
      throttled: null,
    },
    {
      resource: 'downlink',
      group: 'nodes',
      node: 'nodes-2',
      role: 'peer',
      fromMs: 8000,
      forMs: 3000,
      use: 0.97,
      throttled: null,
    },
  ]);
  expect(found.phases['calm']).toMatchObject({ resource: 'uplink', node: 'seeder-1' });
});

test('what a hypervisor took is told apart from a host that is full', () => {
  const found = findSaturations(
    series({ hostStolen: points(0.01, ...times(5, 0.32)), hostBusy: points(...times(6, 0.6)) }),
    [],
  );
  expect(found.hostStolen).toEqual({
    resource: 'host-steal',
    group: 'host',
    node: 'host',
    fromMs: 1000,
    forMs: 4000,
    use: 0.32,
    throttled: null,
  });
  expect(found.hostByOthers).toBeNull();
  expect(findSaturations(series({ hostBusy: points(...times(6, 1)) }), []).hostStolen).toBeNull();
});

describe('of several hosts', () => {
  test('the one that ran out is named, in the load as a whole as well', () => {
    const hosts = [host('box1', times(6, 0.4)), host('box2', [0.5, ...times(5, 0.97)])];
    const found = findSaturations(series({ hosts }), phases);
    expect(found.all).toEqual([
      {
        resource: 'host-cpu',
        group: 'host',
        node: 'host',
        host: 'box2',
        fromMs: 1000,
        forMs: 4000,
        use: 0.97,
        throttled: null,
      },
    ]);
    expect(found.phases['calm']).toMatchObject({ host: 'box2' });
    const whole = { fromMs: 1000, forMs: 3000, series: series({ hosts: [host('box3', [0.99])] }) };
    expect(findSaturations(series({ hosts }), [], whole).all.map((each) => each.host)).toEqual([
      'box3',
      'box2',
    ]);
  });

  test('each is full by itself: two that are so in turn, for two seconds each, are not one that is for four', () => {
    const hosts = [host('box1', [1, 1, 0.2, 0.2]), host('box2', [0.2, 0.2, 1, 1])];
    expect(findSaturations(series({ hosts }), []).all).toEqual([]);
  });

  test('others have filled one where they are on that very host, and not where they are busy elsewhere', () => {
    const own = host('box1', times(6, 1), times(6, 0.98));
    const beside = host('box2', times(6, 0.6), times(6, 0.1));
    expect(findSaturations(series({ hosts: [own, beside] }), []).hostByOthers).toBeNull();
    const filled = host('box3', [0.5, ...times(5, 1)], times(6, 0.4));
    expect(findSaturations(series({ hosts: [own, beside, filled] }), []).hostByOthers).toMatchObject({
      host: 'box3',
      fromMs: 1000,
    });
  });

  test('what a hypervisor took of one is not told of all', () => {
    const stolen = { ...host('box2', times(6, 0.6)), stolen: points(...times(6, 0.3)) };
    const found = findSaturations(series({ hosts: [host('box1', times(6, 0.6)), stolen] }), []);
    expect(found.hostStolen).toMatchObject({ resource: 'host-steal', host: 'box2', use: 0.3 });
  });
});

describe('a load as a whole', () => {
  const whole = (some: Some) => ({ fromMs: 1000, forMs: 3000, series: series(some) });
  const server = (use: number) => node('servers-1', 'server', use);

  test.each<[string, Some, string | undefined]>([
    ['CPU used up', { cpu: [server(0.99)] }, 'cpu'],
    ['CPU at 90 %, hardly held back', { cpu: [server(0.9)], throttled: [server(0.2)] }, undefined],
    ['CPU at 85 %, throttled in most periods', { cpu: [server(0.85)], throttled: [server(0.7)] }, 'cpu'],
    ['bursts: held back, at little use', { cpu: [server(0.4)], throttled: [server(0.7)] }, undefined],
    ['a generator at 85 %', { cpu: [node('users-1', 'generator', 0.85)] }, 'generator-cpu'],
    ['a full host', { hostBusy: points(0.97) }, 'host-cpu'],
    ['a full uplink', { uplink: [server(1.02)] }, 'uplink'],
    ['a full downlink', { downlink: [server(0.96)] }, 'downlink'],
    ['a link at 90 %', { uplink: [server(0.9)], downlink: [server(0.9)] }, undefined],
    ['a hypervisor that took much for a moment', { hostStolen: points(0.3) }, undefined],
    ['a host with others beside a server at its limit', { cpu: [server(1)], hostBusy: points(0.96) }, 'cpu'],
    ['an observer at its limit', { cpu: nodeSeries([observer]) }, undefined],
    ['memory is a level: stretches show it', { memory: [server(0.99)] }, undefined],
  ])('%s: %#', (_, some, resource) => {
    expect(findSaturations(series({}), [], whole(some)).first?.resource).toBe(resource);
  });

  test('finds what a sliding rate has not come to show yet, and says for how long', () => {
    // Rates over 5 s in a probe that was lost after 4 s, as they were measured.
    const sliding = {
      cpu: [node('servers-1', 'server', 0.14, 0.07, 0.32, 0.56, 0.81)],
      throttled: [node('servers-1', 'server', 0, 0.2, 0.5, 0.7, 0.8)],
    };
    expect(findSaturations(series(sliding), []).first).toBeNull();
    const found = findSaturations(
      series(sliding),
      [],
      whole({ cpu: [server(0.998)], throttled: [server(1)] }),
    );
    expect(found.first).toEqual({
      resource: 'cpu',
      group: 'servers',
      node: 'servers-1',
      role: 'server',
      fromMs: 1000,
      forMs: 3000,
      use: 0.998,
      throttled: 1,
    });
  });

  test('names a resource that stretches show too once', () => {
    const found = findSaturations(
      series({ cpu: [node('servers-1', 'server', ...times(9, 1))] }),
      [],
      whole({ cpu: [server(0.99)] }),
    );
    expect(found.all).toHaveLength(1);
  });

  test('comes before what ran out on the way', () => {
    const store = node('store-1', 'store', ...times(4, 0.2), ...times(6, 1));
    const found = findSaturations(series({ cpu: [store] }), [], whole({ cpu: [server(0.97)] }));
    expect(found.all.map(({ group }) => group)).toEqual(['servers', 'store']);
  });
});

test('saved series become series of nodes; observers and sums are left out', () => {
  const labels = { node: 'a-1', group: 'a', role: 'server' };
  const saved = [
    { labels, legend: 'a', points: [[0, 1]] as const },
    { labels: { ...labels, role: 'prometheus' }, legend: 'p', points: [] },
    { labels: {}, legend: 'sum', points: [] },
  ];
  expect(nodeSeries(saved)).toEqual([{ node: 'a-1', group: 'a', role: 'server', points: [[0, 1]] }]);
});
