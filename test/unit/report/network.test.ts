import { describe, expect, test } from 'vitest';
import { layOutGraph } from '../../../orchestrator/report/network/lay-out-graph.ts';
import { peerLines } from '../../../orchestrator/report/peer-lines.ts';
import { renderReport } from '../../../orchestrator/report/render-report.ts';
import { reportJson } from '../../../orchestrator/report/facts/report-json.ts';
import { makeMessageRun, makeNetwork } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun } from '../../fixtures/make-saved-run.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { makeGraph } from '../../../orchestrator/record/network-graph.ts';
import { textOf } from './text-of.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `peers-${index + 1}`);

describe('where nodes stand in a picture', () => {
  test.each([1, 2, 30, 100])(
    '%i nodes stand apart, within the picture, and at the same place every time',
    (count) => {
      const { nodes, edges } = makeGraph(new Map(makeNetwork(names(count))));
      const spots = layOutGraph(nodes, edges);
      expect([...layOutGraph(nodes, edges)]).toEqual([...spots]);
      const places = [...spots.values()];
      for (const { x, y } of places) {
        expect(x >= 0 && x <= 1 && y >= 0 && y <= 1).toBe(true);
      }
      const nearest = Math.min(
        ...places.flatMap((a, index) => places.slice(index + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y))),
      );
      if (count > 1) expect(nearest).toBeGreaterThan(0.5 / Math.sqrt(count));
    },
  );

  test('without any connection they stand apart as well', () => {
    const places = [...layOutGraph(names(50), []).values()].map(
      ({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`,
    );
    expect(new Set(places).size).toBe(50);
  });

  test('connected nodes stand nearer to each other than others', () => {
    const left = names(6).flatMap((a, index) =>
      names(6)
        .slice(index + 1)
        .map((b) => [a, b] as const),
    );
    const right = left.map(([a, b]) => [`x${a}`, `x${b}`] as const);
    const nodes = [...names(6), ...names(6).map((name) => `x${name}`)];
    const spots = layOutGraph(nodes, [...left, ...right, ['peers-1', 'xpeers-1']]);
    const distance = (a: string, b: string) => {
      const [from, to] = [spots.get(a), spots.get(b)];
      return Math.hypot((from?.x ?? 0) - (to?.x ?? 0), (from?.y ?? 0) - (to?.y ?? 0));
    };
    expect(distance('peers-2', 'peers-3')).toBeLessThan(distance('peers-2', 'xpeers-3'));
  });
});

describe('the network in a report', () => {
  const report = renderReport(makeRunReport(makeMessageRun(30)));

  test('it says how long until all were connected, and what every look found', () => {
    const text = textOf(report);
    expect(text).toContain(
      'Connected: all 30 nodes could reach each other 1.5 s after the last of them was ready',
    );
    expect(text).toMatch(/After a2 40.2 s 27 \d+ 2 25/);
    expect(text).toMatch(/2 parts, the largest of 25 nodes. Neighbours of a node: \d+ to \d+, median/);
  });

  test('pictures of looks that found the same are drawn once, nodes by their numbers, those cut off with a double outline', () => {
    const pictures = [...report.matchAll(/<figure id="network-\d+">.*?<\/figure>/gs)].map(
      ([figure]) => figure,
    );
    expect(pictures).toHaveLength(4);
    expect(pictures[0]?.match(/<circle/g)).toHaveLength(2 * 30);
    expect(pictures[2]?.match(/<circle/g)).toHaveLength(2 * (27 + 2));
    expect(pictures[0]).toContain('>17</text>');
    for (const picture of pictures) expect(picture).toMatch(/role="img" aria-label="Network, /);
  });

  test('the same run gives the same pictures', () => {
    expect(renderReport(makeRunReport(makeMessageRun(30))) === report).toBe(true);
  });

  test('a network that never was connected is said to be so', () => {
    const run = makeMessageRun(6);
    const events = run.events.filter((event) => event.type !== 'network-seen' || event.moment === 'after a2');
    const text = textOf(renderReport(makeRunReport({ ...run, events })));
    expect(text).toContain('Never connected');
  });

  test('it says who found no neighbour, and how long they were there', () => {
    const run = makeMessageRun(8);
    const time = (node: string, seconds: number) => ({
      legend: node,
      labels: { group: 'peers', node },
      points: [[0, seconds] as const],
    });
    const panels = {
      ...run.samples?.panels,
      'first-neighbour': ['peers-1', 'peers-2', 'peers-3'].map((node, nth) => time(node, nth + 1)),
    };
    const lonely = (run.samples?.panels['peer-connections'] ?? []).map((series) =>
      series.labels['node'] === 'peers-5'
        ? { ...series, points: series.points.filter(([at]) => at >= 50_000 && at <= 53_000) }
        : series,
    );
    const samples = { stepSeconds: 1, panels: { ...panels, 'peer-connections': lonely } };
    const text = textOf(renderReport(makeRunReport({ ...run, samples })));
    expect(text).toContain('found after 2 s by half of 3 nodes, after 3 s by the last one.');
    expect(text).toContain(
      '5 nodes found none: peers-4 (seen for 60 s), peers-6 (seen for 60 s), peers-7 (seen for 60 s), peers-8 (seen for 60 s) and others.',
    );
    const two = { ...panels, 'peer-connections': lonely.filter((_, nth) => nth < 5) };
    const fewer = textOf(renderReport(makeRunReport({ ...run, samples: { stepSeconds: 1, panels: two } })));
    expect(fewer).toContain('2 nodes found none: peers-4 (seen for 60 s), peers-5 (seen for 3 s).');
    const nobody = { ...two, 'first-neighbour': [] };
    const alone = textOf(
      renderReport(makeRunReport({ ...run, samples: { stepSeconds: 1, panels: nobody } })),
    );
    expect(alone).toContain('5 nodes found none');
    expect(alone).not.toContain('first neighbour was found');
  });

  test('runs without peers have no such section', () => {
    expect(renderReport(makeRunReport(makeSavedRun()))).not.toContain('id="network"');
  });

  test('report.json holds the looks', () => {
    const { network } = reportJson(makeRunReport(makeMessageRun(30)));
    expect(network.connected).toMatchObject({ afterMs: 1500, since: 'last-node-ready' });
    expect(network.looks.map(({ parts }) => parts.length)).toEqual([1, 1, 1, 2, 1]);
  });
});

describe('availability around faults', () => {
  test('each kill has its figures, with the name of a node that was chosen only then', () => {
    const text = textOf(renderReport(makeRunReport(makeMessageRun(30))));
    expect(text).toContain('a1 kill the best-connected of peers: peers-3 20 s');
    expect(text).toContain('a2 kill peers-8 and peers-9 40 s');
    const { faults } = reportJson(makeRunReport(makeMessageRun(30)));
    expect(faults.map(({ impact }) => impact.recoveredAfterMs)).toEqual([3998, 6998]);
    expect(faults[1]?.servedShare).toBeCloseTo(0.9, 1);
  });

  test('a fault that was taken back is timed from its end as well', () => {
    const run = makeMessageRun(30);
    const ended = (fault: string, offsetMs: number): RunEvent => ({
      type: 'fault-ended',
      atMs: 0,
      offsetMs,
      fault,
      kind: 'pause',
      nodes: [],
    });
    // Users were served as before from 24 s and from 47 s on.
    const report = makeRunReport({
      ...run,
      events: [...run.events, ended('f1', 30_000), ended('f2', 45_000)],
    });
    expect(reportJson(report).faults.map(({ recoveredAfterEndMs }) => recoveredAfterEndMs)).toEqual([
      0, 2000,
    ]);
    const lines = peerLines(report).join('\n');
    expect(lines).toContain('recovered after 4 s, before its end');
    expect(lines).toContain('recovered after 7 s, 2 s after its end');
    expect(textOf(renderReport(report))).toContain('After its end');
    expect(peerLines(makeRunReport(run)).join('\n')).not.toContain('its end');
  });

  test('what a fault made slow and whom it touched is told, with how that is known', () => {
    const run = makeMessageRun(30);
    const verdict = run.verdict && {
      ...run.verdict,
      faultCosts: [
        {
          id: 'a1',
          slow: { count: 12, thanMs: 300, bound: 'objective' },
          users: { touched: 3, all: 12, each: 'virtual-user' },
        },
        { id: 'a2', slow: { count: 7, thanMs: 41, bound: 'p99-before' }, users: null },
      ] as const,
    };
    const report = makeRunReport({ ...run, verdict });
    expect(reportJson(report).faults.map(({ slow, users }) => [slow?.count, users?.touched])).toEqual([
      [12, 3],
      [7, undefined],
    ]);
    const lines = peerLines(report).join('\n');
    expect(lines).toContain('12 slow (over 300 ms), 25 % of users touched');
    expect(lines).toContain('7 slow (over 41 ms), ');
    const text = textOf(renderReport(report));
    expect(text).toContain('12 over 300 ms 25 %');
    expect(text).toContain('the latency objective (of its highest percentile)');
    expect(text).toContain('99 % of operations were in the 10 s before the fault');
    expect(text).toContain('Users touched: virtual users');
  });

  test('a balancer that holds nobody for up has noticed, although no sample says so', () => {
    const run = makeMessageRun(6);
    const state = (legend: string, seconds: readonly number[]) => ({
      legend,
      labels: { state: legend },
      points: seconds.map((second) => [second * 1000, 1] as const),
    });
    const servers = [state('UP', [17, 18, 19, 20, 21, 25]), state('DOWN', [23, 24])];
    const panels = { ...run.samples?.panels, 'balancer-servers': servers };
    const { faults } = reportJson(makeRunReport({ ...run, samples: { stepSeconds: 1, panels } }));
    expect(faults[0]?.impact.detectedAfterMs).toBe(2998);
  });

  test('what churn did stands in one sentence', () => {
    const run = makeMessageRun(6);
    const leave = (id: string, atMs: number, how: 'clean' | 'kill') =>
      ({
        type: 'action-finished',
        action: {
          id,
          offsetMs: atMs,
          change: { kind: 'leave', group: 'peers', from: 6, to: 5, nodes: ['peers-2'], how },
          source: 'groups.peers.churn',
          summary: 'peers-2 leaves',
        },
        plannedMs: atMs,
        startedMs: atMs,
        finishedMs: atMs + 10,
        atMs,
        offsetMs: atMs,
      }) as const;
    const events = [...run.events, leave('a3', 5000, 'clean'), leave('a4', 45_000, 'kill')];
    const text = textOf(renderReport(makeRunReport({ ...run, events })));
    expect(text).toContain('0 joined, 1 left cleanly, 1 without notice.');
    expect(text).toMatch(
      /Meanwhile [\d.]+ % of operations succeeded, [\d.]+ % in the worst second; 47 failed/,
    );
    const { churn } = reportJson(makeRunReport({ ...run, events }));
    expect(churn?.lowestShare).toBeCloseTo(0.69, 1);
  });

  test('without faults there is no such section', () => {
    expect(renderReport(makeRunReport(makeSavedRun()))).not.toContain('id="availability"');
  });
});
