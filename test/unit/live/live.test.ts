import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { createLiveView } from '../../../orchestrator/live/create-live-view.ts';
import { createProgress, renderSteps } from '../../../orchestrator/live/create-progress.ts';
import { cutToWidth, displayWidth, printable } from '../../../orchestrator/format/display-width.ts';
import type { LiveState } from '../../../orchestrator/live/live-state.ts';
import { renderFrame } from '../../../orchestrator/live/render-frame.ts';
import { sparkline } from '../../../orchestrator/live/sparkline.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

function state(changes: Partial<LiveState> = {}): LiveState {
  return {
    run: 'run-1',
    scenario: 'server-scaling',
    step: 'load',
    phase: 'two-servers',
    phaseEndsInMs: 10_000,
    runEndsInMs: 30_000,
    offsetMs: 30_000,
    offered: 170,
    served: 161.3,
    p50Ms: 74,
    p99Ms: 910,
    errorShare: 0.004,
    inFlight: 12,
    groups: [
      { group: 'servers', ready: 2, starting: 1, down: 0, leaving: 1, cpus: 0.2 },
      { group: 'balancer', ready: 1, starting: 0, down: 0, leaving: 0, cpus: null },
    ],
    lastActions: ['20.0 s  scale servers 1 → 2'],
    warnings: ['The host was 92 % busy'],
    ...changes,
  };
}

/** A stream that keeps what is written, with the size of a terminal. */
function terminal(columns = 100) {
  const stream = Object.assign(new PassThrough(), {
    columns,
    rows: 30,
    isTTY: true,
  }) as unknown as NodeJS.WriteStream;
  let written = '';
  stream.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  return { stream, written: () => written };
}

test('a frame shows phase, rates, latency, errors, nodes, actions and warnings', () => {
  const history = { served: [0, 80, null, 160], p99Ms: [10, 10, 20, 40] };
  expect(renderFrame(state(), { columns: 100, colour: false, history })).toEqual([
    'server-scaling  run-1',
    '  ━━━━━━━━━━━━──────────── 30 s  two-servers 10 s left  run 30 s left',
    '  served   161/s     of 170/s offered         ▁▅ █',
    '  latency  p50 74 ms      p99 910 ms          ▃▃▅█',
    '  errors   0.4 %     12 requests in flight',
    '  servers   2 ready, 1 starting, 1 leaving × 0.2 CPU  ●●○◌',
    '  balancer  1 ready  ●',
    '  ▸ 20.0 s  scale servers 1 → 2',
    '  ! The host was 92 % busy',
  ]);
});

test('before the load a frame shows the step and no figures', () => {
  const before = state({
    step: 'launch nodes',
    phase: null,
    offsetMs: null,
    runEndsInMs: null,
    lastActions: [],
    warnings: [],
  });
  expect(renderFrame(before, { columns: 80, colour: false }).slice(0, 3)).toEqual([
    'server-scaling  run-1',
    '  launch nodes',
    '  servers   2 ready, 1 starting, 1 leaving × 0.2 CPU  ●●○◌',
  ]);
});

test.each([1, 10, 20, 40, 61, 80, 200])('no line of a frame is wider than %i columns', (columns) => {
  const long = state({
    scenario: '負荷試験'.repeat(20),
    lastActions: ['x'.repeat(300)],
    groups: [{ group: 'servers', ready: 400, starting: 90, down: 2, leaving: 3, cpus: 0.2 }],
  });
  const history = { served: Array.from({ length: 120 }, (_, index) => index), p99Ms: [] };
  for (const line of renderFrame(long, { columns, colour: false, history })) {
    expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  }
});

test('a sparkline runs from zero to the highest, with blanks for missing values', () => {
  expect(sparkline([0, 50, null, 100], 10)).toBe('▁▅ █');
  expect(sparkline([0, 0], 10)).toBe('▁▁');
  expect(sparkline([1, 2, 3], 2)).toBe('▆█');
  expect(sparkline([1], 0)).toBe('');
});

test('wide characters count twice and control sequences are taken out', () => {
  expect(displayWidth('負荷')).toBe(4);
  expect(cutToWidth('負荷試験', 5)).toBe('負荷…');
  expect(printable('\u001b[31mred\u001b[0m\r\n')).toBe('red');
});

test('in a file there are no escape codes: a line for each change and one status line every 10 s', () => {
  const { stream, written } = terminal();
  let nowMs = 0;
  const view = createLiveView({ stream, isTty: false, colour: false, now: () => nowMs });
  view.update(state({ step: 'launch nodes', phase: null, offsetMs: null, lastActions: [], warnings: [] }));
  for (const second of [0, 5, 10, 15]) {
    nowMs = second * 1000;
    view.update(
      state({
        offsetMs: nowMs,
        phase: 'one-server',
        phaseEndsInMs: 20_000 - nowMs,
        ...(second < 15 ? { lastActions: [], warnings: [] } : {}),
      }),
    );
  }
  view.note('kept');
  view.close();
  expect(written().split('\n')).toEqual([
    'run run-1 of server-scaling',
    'launch nodes',
    'load',
    'phase one-server, 20 s',
    '10 s  served 161/s of 170/s  p50 74 ms  p99 910 ms  errors 0.4 %  12 in flight  servers 2+1-1, balancer 1',
    '20.0 s  scale servers 1 → 2',
    'warning: The host was 92 % busy',
    'kept',
    '',
  ]);
});

test('an action that scrolls out of the list does not make the others appear twice', () => {
  const { stream, written } = terminal();
  const view = createLiveView({ stream, isTty: false, colour: false, now: () => 0 });
  view.update(state({ lastActions: ['a', 'b', 'c'] }));
  view.update(state({ lastActions: ['b', 'c', 'd'] }));
  expect(written().match(/^[abcd]$/gm)).toEqual(['a', 'b', 'c', 'd']);
});

test('a terminal gets its cursor back when the view is closed, also by an error', () => {
  const { stream, written } = terminal();
  expect(() => {
    using view = createLiveView({ stream, isTty: true, colour: false, now: () => 0 });
    view.update(state());
    throw new Error('the run broke');
  }).toThrow('the run broke');
  expect(written().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(written().lastIndexOf(HIDE_CURSOR));
});

test('progress in a file tells start, end and, every 10 s, that it still goes on', () => {
  vi.useFakeTimers();
  try {
    const { stream, written } = terminal();
    const progress = createProgress({ stream, isTty: false, colour: false, now: () => Date.now() });
    const build = progress.step('build image topolab/node');
    build.update('Step 4/9');
    vi.advanceTimersByTime(12_000);
    build.done();
    build.fail('counts once');
    progress.step('start nodes');
    progress.close();
    expect(written().split('\n')).toEqual([
      'build image topolab/node …',
      '  build image topolab/node, 10 s so far: Step 4/9',
      '✓ build image topolab/node (12 s)',
      'start nodes …',
      '– start nodes: not finished (0 ms)',
      '',
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test('a step under way is one line that fits the terminal', () => {
  const step = { name: 'build image topolab/node', detail: 'RUN apt-get install -y haproxy', forMs: 12_345 };
  expect(renderSteps([step], { columns: 50, colour: false, frame: 0 })).toEqual([
    '⠋ build image topolab/node  12 s  RUN apt-get ins…',
  ]);
});
