import { describe, expect, test } from 'vitest';
import { rowsOf, searchOn, simulate } from '../../../bench/capacity/simulate-search.ts';
import type { Probe, ProbeResult, SearchOptions } from '../../../orchestrator/capacity/probe.ts';
import { createSearch } from '../../../orchestrator/capacity/search.ts';

const options: SearchOptions = {
  minRate: 10,
  maxRate: 10_000,
  seed: 1,
  settleMs: 5000,
  measureMs: 20_000,
  resamples: 200,
};

/** A system without noise. */
function exactly(capacity: number, probes: Probe[] = []) {
  return (probe: Probe): ProbeResult => {
    probes.push(probe);
    return { outcome: probe.rate <= capacity ? 'held' : 'missed', loadMs: probe.settleMs + probe.measureMs };
  };
}

function searchWith(run: (probe: Probe) => ProbeResult, some: Partial<SearchOptions> = {}) {
  return searchOn({ run }, { ...options, ...some });
}

describe('createSearch', () => {
  test('finds a capacity and says so in a sentence', () => {
    const result = searchWith(exactly(640));
    expect(result.status).toBe('found');
    expect(Math.abs((result.capacity?.value ?? 0) / 640 - 1)).toBeLessThan(0.03);
    expect(result.sentences[0]).toMatch(
      /^Sustainable: \d+ per second, 95 % interval \d+ to \d+, from 6 trials\.$/,
    );
    expect(result.notEnoughTrials).toBeNull();
  });

  test('probes up by factors to a bracket, then every trial walks its own grid', () => {
    const probes: Probe[] = [];
    searchWith(exactly(640, probes));
    expect(probes.slice(0, 5).map(({ rate, purpose }) => [rate, purpose])).toEqual([
      [10, 'bracket'],
      [40, 'bracket'],
      [160, 'bracket'],
      [640, 'bracket'],
      [2560, 'bracket'],
    ]);
    expect(probes[0]).toMatchObject({ number: 1, trial: 1, settleMs: 5000, measureMs: 10_000 });
    const measuring = probes.filter(({ purpose }) => purpose === 'measure');
    expect([...new Set(measuring.map(({ trial }) => trial))]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(measuring.map(({ rate }) => rate)).size).toBe(measuring.length);
  });

  test('a measurement that was too short to tell is made again for four times as long, and decides', () => {
    const probes: Probe[] = [];
    const exact = exactly(640, probes);
    const result = searchWith((probe) => {
      const seen = exact(probe);
      const isNear = probe.rate > 600 && probe.rate < 680;
      return probe.canProlong && isNear ? { ...seen, outcome: 'unclear' } : seen;
    });
    expect(Math.abs((result.capacity?.value ?? 0) / 640 - 1)).toBeLessThan(0.03);
    expect(result.contradictions).toBe(0);
    const long = probes.filter(({ measureMs }) => measureMs === 80_000);
    expect(long.length).toBeGreaterThan(5);
    expect(long.every(({ canProlong }) => !canProlong)).toBe(true);
    for (const { number, rate } of long)
      expect(probes[number - 2]).toMatchObject({ rate, measureMs: 20_000, canProlong: true });
    // What only looks for the neighbourhood is not worth it.
    expect(probes.filter(({ purpose, canProlong }) => purpose === 'bracket' && canProlong)).toEqual([]);
  });

  test('rates have no more digits than the resolution', () => {
    const probes: Probe[] = [];
    searchWith(exactly(6.667, probes), { minRate: 1, maxRate: 64, resolution: 0.01 });
    expect(probes.map(({ rate }) => String(rate)).filter((text) => !/^\d+(\.\d{1,2})?$/.test(text))).toEqual(
      [],
    );
  });

  test('what an overloaded system still serves shortens the way', () => {
    const exact = exactly(1500);
    const plain = searchWith(exact).probes.filter(({ purpose }) => purpose === 'bracket').length;
    const hinted = searchWith((probe) => ({ ...exact(probe), servedPerSecond: Math.min(probe.rate, 1600) }));
    expect(hinted.probes.filter(({ purpose }) => purpose === 'bracket').length).toBeLessThan(plain);
  });

  test.each([
    [5, 'below-range', 'Not even the lowest rate, 10 per second'],
    [20_000, 'above-range', 'The highest rate, 10000 per second, was still sustained'],
  ])('a capacity of %i is %s of 10 to 10,000', (capacity, status, sentence) => {
    const result = searchWith(exactly(capacity));
    expect(result).toMatchObject({ status, capacity: null });
    expect(result.sentences[0]).toContain(sentence);
    expect(result.probes.length).toBeLessThan(10);
  });

  test('one miss at the lowest rate is tried again before it counts', () => {
    const exact = exactly(640);
    const result = searchWith((probe) =>
      probe.number === 1 ? { ...exact(probe), outcome: 'missed' } : exact(probe),
    );
    expect(result.status).toBe('found');
  });

  test.each([
    ['at the lowest rate', [10]],
    ['on the ramp', [160]],
    ['on the ramp twice', [40, 640]],
  ])('a miss by chance %s does not keep the search at low rates', (_, rates) => {
    const exact = exactly(2100);
    const spoilt = new Set(rates);
    const result = searchWith((probe) =>
      spoilt.delete(probe.rate) ? { ...exact(probe), outcome: 'missed' } : exact(probe),
    );
    expect(Math.abs((result.capacity?.value ?? 0) / 2100 - 1)).toBeLessThan(0.03);
    const measuring = result.probes.filter(({ purpose }) => purpose === 'measure');
    expect(measuring.length).toBeGreaterThan(11);
    expect(measuring.filter(({ rate }) => rate < 1500)).toEqual([]);
    expect(result.probes.length - measuring.length).toBeLessThan(18);
  });

  test('a miss by chance below a limit beyond the range is no reason to walk there in every trial', () => {
    const exact = exactly(20_000);
    const spoilt = new Set([640]);
    const result = searchWith((probe) =>
      spoilt.delete(probe.rate) ? { ...exact(probe), outcome: 'missed' } : exact(probe),
    );
    expect(result.status).toBe('above-range');
    expect(result.probes.length).toBeLessThan(15);
  });

  test('a start above the capacity is followed downwards', () => {
    const result = searchWith(exactly(30), { startRate: 5000 });
    expect(Math.abs((result.capacity?.value ?? 0) / 30 - 1)).toBeLessThan(0.03);
  });

  test('an invalid probe is repeated once; two in a row end the search with what is known', () => {
    const exact = exactly(640);
    const once = searchWith((probe) =>
      probe.number === 3 ? { outcome: 'invalid', loadMs: 1 } : exact(probe),
    );
    expect(once.status).toBe('found');
    const always = searchWith((probe) =>
      probe.rate > 100 ? { outcome: 'invalid', loadMs: 1 } : exact(probe),
    );
    expect(always).toMatchObject({ status: 'not-measurable', highestHeld: 40, capacity: null });
  });

  test('a while in which others disturb the host does not end a search, and one without end does', () => {
    const exact = exactly(640);
    const disturbed = { outcome: 'invalid', disturbed: true, loadMs: 1 } as const;
    const forAWhile = searchWith((probe) =>
      probe.trial === 3 && probe.number < 18 ? disturbed : exact(probe),
    );
    expect(forAWhile.probes.filter(({ outcome }) => outcome === 'invalid').length).toBeGreaterThan(1);
    expect(forAWhile.status).toBe('found');
    const always = searchWith((probe) => (probe.trial === 3 ? disturbed : exact(probe)));
    expect(always.status).toBe('not-measurable');
    expect(always.probes.filter(({ outcome }) => outcome === 'invalid')).toHaveLength(5);
  });

  test('says how many trials would do when they are not enough', () => {
    const lucks = [0.7, 1.4, 0.8, 1.3, 0.9, 1.2, 1];
    const run = (probe: Probe) => exactly(640 * (lucks[probe.trial % lucks.length] ?? 1))(probe);
    const result = searchWith(run, { maxTrials: 6 });
    expect(result.status).toBe('found');
    expect(result.notEnoughTrials?.trials).toBe(6);
    expect(result.notEnoughTrials?.wouldNeed).toBeGreaterThan(6);
    expect(result.sentences[1]).toContain('Not enough trials: 6 give');
  });

  test('a bound on probes ends the search with the trials that were finished', () => {
    expect(searchWith(exactly(640), { maxProbes: 4 })).toMatchObject({
      status: 'out-of-probes',
      capacity: null,
    });
    const result = searchWith(exactly(640), { maxProbes: 15 });
    expect(result.probes.length).toBeLessThanOrEqual(15);
    expect(result.status).toBe('found');
    expect(result.notEnoughTrials?.wouldNeed).toBeGreaterThanOrEqual(6);
  });

  test('where there is no time to go on, the trials that were finished tell, and the others are counted', () => {
    const search = createSearch(options);
    const untilTrial = (last: number) => {
      for (let probe = search.next(); probe.kind === 'probe' && probe.trial <= last; probe = search.next())
        search.record(exactly(640)(probe));
      return search.soFar();
    };
    const first = search.next();
    if (first.kind === 'probe') search.record(exactly(640)(first));
    expect(search.soFar()).toMatchObject({
      status: 'out-of-time',
      capacity: null,
      trialsLeftOut: 6,
      sentences: [
        'No trial was finished in the time that was given.',
        'The highest rate that held was 10 per second.',
      ],
    });
    const four = untilTrial(4);
    expect(four).toMatchObject({ status: 'found', trialsLeftOut: 2, notEnoughTrials: { trials: 4 } });
    expect(Math.abs((four.capacity?.value ?? 0) / 640 - 1)).toBeLessThan(0.03);
    // Looking at it does not disturb the search.
    expect(untilTrial(100)).toEqual(searchWith(exactly(640)));
    expect(search.soFar().trialsLeftOut).toBe(0);
  });

  test('rates are multiples of the resolution, and a cell is no narrower', () => {
    const probes: Probe[] = [];
    const result = searchWith(exactly(17.5, probes), { resolution: 1, minRate: 1, unit: ' users' });
    expect(probes.every(({ rate }) => Number.isInteger(rate))).toBe(true);
    expect(Math.abs((result.capacity?.value ?? 0) - 17.5)).toBeLessThan(1);
    expect(result.sentences[0]).toContain(' users');
  });

  test('recording saved results again brings a search to where it stood', () => {
    const first = createSearch(options);
    const saved: ProbeResult[] = [];
    for (let count = 0; count < 12; count++) {
      const probe = first.next();
      if (probe.kind === 'done') break;
      saved.push(exactly(640)(probe));
      first.record(saved.at(-1) as ProbeResult);
    }
    const resumed = createSearch(options);
    for (const result of saved) resumed.record(result);
    expect(resumed.next()).toEqual(first.next());
  });

  test('asks for the same probe until its result is recorded, and takes none after the end', () => {
    const search = createSearch({ ...options, maxProbes: 1 });
    expect(search.next()).toEqual(search.next());
    search.record({ outcome: 'held', loadMs: 1 });
    expect(search.next().kind).toBe('done');
    expect(() => search.record({ outcome: 'held', loadMs: 1 })).toThrow('has ended');
  });

  test('a range upside down is refused', () => {
    expect(() => createSearch({ ...options, minRate: 10, maxRate: 10 })).toThrow(RangeError);
  });
});

describe('1,000 synthetic systems', () => {
  const rows = rowsOf(simulate({ systems: 1000, seed: 1, resamples: 200 }));

  test.each(rows)('$name, $aim', ({ met }) => {
    expect(met).toBe(true);
  });
});
