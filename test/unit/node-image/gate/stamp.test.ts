import { describe, expect, it } from 'vitest';
import { Stamp } from '../../../../node-image/agent/gate/stamp.ts';
import { readRequest, sample, writeRequest } from './write-request.ts';

const ours = { run: 'r1', scenario: 's', group: 'users', node: 'users-k6-1' };
const name = ['__name__', 'k6_http_reqs_total'] as const;

describe('what passes the gate', () => {
  it('carries the generator’s labels, in order, and its samples as they were', () => {
    const passed = readRequest(
      new Stamp(ours, 10).apply(writeRequest([name, ['status', '200'], ['tenant', 'a']])),
    );
    expect(passed).toEqual([
      { labels: { __name__: name[1], ...ours, status: '200', tenant: 'a' }, rest: sample },
    ]);
    const names = Object.keys(passed[0]?.labels ?? {});
    expect(names).toEqual(names.toSorted());
  });

  it('keeps a script’s own tags of our names, under other names', () => {
    const forged = writeRequest([
      name,
      ['exported_node', 'b'],
      ['group', '::page'],
      ['node', 'a'],
      ['run', 'smoke'],
    ]);
    expect(readRequest(new Stamp(ours, 10).apply(forged))[0]?.labels).toEqual({
      __name__: name[1],
      ...ours,
      exported_run: 'smoke',
      exported_group: '::page',
      exported_node: 'b',
      exported_exported_node: 'a',
    });
  });

  it('is the same the second time, when it is known already', () => {
    const stamp = new Stamp(ours, 10);
    const request = writeRequest([name, ['run', 'smoke']]);
    expect(stamp.apply(request)).toEqual(stamp.apply(request));
    expect(stamp.refused.size).toBe(0);
  });
});

it('writes names of tags as Prometheus can take them', () => {
  const stamp = new Stamp(ours, 10);
  const request = writeRequest([name, ['user-type', 'gold'], ['1st', 'x'], ['größe', 'y']]);
  expect(readRequest(stamp.apply(request))[0]?.labels).toMatchObject({
    user_type: 'gold',
    tag_1st: 'x',
    gr__e: 'y',
  });
  expect([...stamp.refused]).toEqual([]);
});

describe('what does not pass the gate, while the rest does', () => {
  it.each([
    ['a metric of ours', [['__name__', 'container_cpu_usage_seconds_total']], 'not a metric of k6'],
    ['no metric', [['status', '200']], 'not a metric of k6'],
    ['a name that comes twice', [name, name], 'labels that Prometheus would not take'],
    ['a label of Prometheus’ own', [name, ['__replica__', 'x']], 'labels that Prometheus would not take'],
    ['a value of 10 kB', [name, ['url', 'x'.repeat(10_000)]], 'labels that Prometheus would not take'],
    [
      'a hundred labels',
      [name, ...Array.from({ length: 100 }, (_, i) => [`l${i}`, 'x'] as const)],
      'labels that Prometheus would not take',
    ],
  ] as const)('%s', (_, labels, reason) => {
    const stamp = new Stamp(ours, 10);
    const passed = readRequest(stamp.apply(writeRequest([name], labels, [name, ['status', '500']])));
    expect(passed.map((each) => each.labels['status'])).toEqual([undefined, '500']);
    expect([...stamp.refused]).toEqual([[reason, 1]]);
  });

  it('more series than there is room for; those that are known go on', () => {
    const stamp = new Stamp(ours, 3);
    const of = (user: number) => writeRequest([name, ['user', `${user}`]]);
    for (const user of [1, 2, 3, 4, 5]) stamp.apply(of(user));
    expect(readRequest(stamp.apply(of(3)))).toHaveLength(1);
    expect([...stamp.refused]).toEqual([['too many series', 2]]);
  });

  it('what is no message, whatever it is', () => {
    const request = writeRequest([name, ['status', '200']]);
    for (let length = 1; length < request.length; length++) {
      const cut = request.subarray(0, length);
      expect(() => new Stamp(ours, 10).apply(cut), `${length} bytes`).toThrow(RangeError);
    }
  });
});
