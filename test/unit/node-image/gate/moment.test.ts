// Pushes of k6 at the border of a phase, as it makes them: what their sum comes to at each second before and after the gate.
import { describe, expect, it } from 'vitest';
import { latestOf, setMoment } from '../../../../node-image/agent/gate/moment.ts';
import { Stamp } from '../../../../node-image/agent/gate/stamp.ts';
import { delimited, fieldsOf, readVarint, writeVarint } from '../../../../node-image/agent/gate/wire.ts';
import { readRequest } from './write-request.ts';

const startMs = 1_795_953_600_000;
const perSecond = 100;
const borderMs = 10_000;

interface Told {
  readonly window: string;
  readonly atMs: number;
  readonly count: number;
}

function sampleOf(atMs: number, value: number): Buffer {
  const double = Buffer.alloc(9);
  double.writeUInt8(9);
  double.writeDoubleLE(value, 1);
  return Buffer.concat(delimited(2, [double, Buffer.from([0x10, ...writeVarint(startMs + atMs)])]));
}

function seriesOf({ window, atMs, count }: Told): Buffer[] {
  const label = (name: string, value: string) =>
    delimited(1, [...delimited(1, [Buffer.from(name)]), ...delimited(2, [Buffer.from(value)])]);
  const labels = [
    ...label('__name__', 'k6_http_reqs_total'),
    ...(window === '' ? [] : label('window', window)),
  ];
  return delimited(1, [...labels, sampleOf(atMs, count)]);
}

/** What k6 pushes at a moment: each series that was raised since, up to the request that ended last, every 10 ms. */
function pushAt(ms: number, sinceMs: number): Told[] {
  const ended = (fromMs: number, untilMs: number) =>
    Math.max(0, Math.floor((untilMs - fromMs) / (1000 / perSecond)));
  const lastEnd = ms - 10;
  const before = {
    window: 'calm',
    atMs: Math.min(lastEnd, borderMs),
    count: ended(0, Math.min(lastEnd, borderMs)),
  };
  const after = { window: 'fault', atMs: lastEnd, count: ended(borderMs, lastEnd) };
  return [...(sinceMs < borderMs ? [before] : []), ...(after.count > 0 ? [after] : [])];
}

/** Requests each second over the last two seconds, as the panel of operations has them, from 4 s to 16 s. */
function eachSecond(pushes: readonly (readonly Told[])[]): number[] {
  const all = pushes.flat();
  const sumAt = (ms: number) =>
    ['calm', 'fault'].reduce(
      (sum, window) => sum + (all.findLast((told) => told.window === window && told.atMs <= ms)?.count ?? 0),
      0,
    );
  return Array.from({ length: 13 }, (_, index) => {
    const ms = (index + 4) * 1000;
    return (sumAt(ms) - sumAt(ms - 2000)) / 2;
  });
}

function throughGate(pushes: readonly (readonly Told[])[]): Told[][] {
  const stamp = new Stamp({ run: 'r1' }, 10);
  return pushes.map((push) =>
    readRequest(stamp.apply(Buffer.concat(push.flatMap(seriesOf)))).map(({ labels, rest }, index) => ({
      window: labels['window'] ?? '',
      atMs: (latestOf(rest) ?? 0) - startMs,
      count: push[index]?.count ?? 0,
    })),
  );
}

describe('a steady load over the border of a phase', () => {
  // Since when k6 pushes is chance: 50 ms, 300 ms or 950 ms after a full second.
  it.each([50, 300, 950])('is steady, pushed %i ms after each second', (phaseMs) => {
    const moments = Array.from({ length: 17 }, (_, second) => second * 1000 + phaseMs);
    const pushes = moments.map((ms) => pushAt(ms, ms - 1000));
    const told = eachSecond(pushes);
    // Without the gate, there is a wave of what the pushes lag behind.
    const lag = ((1000 - phaseMs) / 1000) * (perSecond / 2);
    expect(Math.max(...told)).toBeGreaterThan(perSecond + lag - 2);
    expect(Math.min(...told)).toBeLessThan(perSecond - lag + 2);
    for (const rate of eachSecond(throughGate(pushes))) expect(Math.abs(rate - perSecond)).toBeLessThan(1);
  });

  it('keeps its own times where a series has no window, for it is read by them', () => {
    const [push] = throughGate([
      [
        { window: '', atMs: 9_100, count: 7 },
        { window: 'calm', atMs: 9_400, count: 1 },
        { window: 'fault', atMs: 9_900, count: 2 },
      ],
    ]);
    expect(push?.map(({ atMs }) => atMs)).toEqual([9_100, 9_900, 9_900]);
  });

  it('has the times of our clock where that of the generator’s host is wrong', () => {
    const told: Told[] = [
      { window: '', atMs: 9_100, count: 7 },
      { window: 'calm', atMs: 9_400, count: 1 },
    ];
    const ahead = told.map((each) => ({ ...each, atMs: each.atMs + 5_000 }));
    const pushed = Buffer.concat(ahead.flatMap(seriesOf));
    const came = readRequest(new Stamp({ run: 'r1' }, 10).apply(pushed, 5_000));
    expect(came.map(({ rest }) => (latestOf(rest) ?? 0) - startMs)).toEqual([9_100, 9_400]);
  });

  it('never gives a series the same time twice', () => {
    const push: Told[] = [{ window: 'calm', atMs: 9_400, count: 1 }];
    const times = throughGate([push, push, push]).map(([told]) => told?.atMs);
    expect(times).toEqual([9_400, 9_401, 9_402]);
  });
});

describe('the time of a sample', () => {
  it('is set where it stands, and the last one’s only', () => {
    const both = Buffer.concat([sampleOf(1, 5), sampleOf(2, 6)]);
    setMoment(both, startMs + 900);
    const times = [...fieldsOf(both)].map(({ content, end }) => {
      const time = [...fieldsOf(both, content, end)].find(({ number }) => number === 2);
      return readVarint(both, time?.content ?? 0).value - startMs;
    });
    expect(times).toEqual([1, 900]);
  });

  it('stays as it is where there is none, or no room for it', () => {
    const none = Buffer.from([0x12, 0x02, 0x18, 0x01]);
    setMoment(none, startMs);
    expect(none).toEqual(Buffer.from([0x12, 0x02, 0x18, 0x01]));
    const short = Buffer.from([0x12, 0x02, 0x10, 0x05]);
    setMoment(short, startMs);
    expect(latestOf(short)).toBe(5);
  });
});
