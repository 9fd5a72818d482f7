import { describe, expect, it } from 'vitest';
import { DelayTally, parseDelays, type ToldDelays } from '../../../orchestrator/delays/delays.ts';

const told = (some: Partial<ToldDelays>): ToldDelays => ({
  node: 'peers-1',
  state: 'delaying',
  packets: 0,
  beyond: 0,
  dropped: 0,
  late: [],
  given: [],
  ...some,
});

describe('what the program tells', () => {
  it('is a line of JSON for each node', () => {
    const line =
      '{"node":"10.0.0.2","state":"gone","packets":3,"beyond":1,"letThrough":0,"waiting":0,"dropped":2,"late":[[57.4,3]],"given":[[20017.9,3]]}';
    expect(parseDelays(`${line}\n`)).toEqual([
      told({
        node: '10.0.0.2',
        state: 'gone',
        packets: 3,
        beyond: 1,
        dropped: 2,
        late: [[57.4, 3]],
        given: [[20_017.9, 3]],
      }),
    ]);
    expect(parseDelays('')).toEqual([]);
  });

  it('is refused where it is something else', () => {
    expect(() => parseDelays('no such file\n')).toThrow(SyntaxError);
    expect(() => parseDelays('{"node":"10.0.0.2"}\n')).toThrow(/state/);
  });
});

describe('a tally of delays', () => {
  it('adds up counts and histograms, and reads milliseconds from the sums', () => {
    const tally = new DelayTally();
    tally.add([told({ packets: 1, given: [[21_000, 1]], late: [[100, 1]] })]);
    tally.add([told({ packets: 98, beyond: 2, given: [[21_000, 98]], late: [[100, 98]] })]);
    tally.add([told({ packets: 1, beyond: 1, dropped: 7, given: [[42_000, 1]], late: [[4000, 1]] })]);
    const [peers] = tally.figures();
    expect(peers).toMatchObject({ node: 'peers-1', packets: 100, beyond: 3, dropped: 7, ended: false });
    // Within the bucket, of which the bounds are a twentieth apart.
    expect(peers?.medianMs).toBeGreaterThan(20);
    expect(peers?.medianMs).toBeLessThanOrEqual(21);
    expect(peers?.lateMedianMs).toBeCloseTo(0.1, 2);
    expect(peers?.late99Ms).toBeCloseTo(0.1, 2);
  });

  it('keeps in mind that a delay ended, but not that its node did', () => {
    const tally = new DelayTally();
    tally.add([told({ state: 'ended' }), told({ node: 'peers-2' })]);
    tally.add([told({}), told({ node: 'peers-2', state: 'gone' })]);
    expect(tally.figures().map(({ node, ended }) => [node, ended])).toEqual([
      ['peers-1', true],
      ['peers-2', false],
    ]);
  });

  it('has no median where no packet came', () => {
    const tally = new DelayTally();
    tally.add([told({})]);
    expect(tally.figures()).toEqual([
      expect.objectContaining({ packets: 0, medianMs: null, lateMedianMs: null, late99Ms: null }),
    ]);
  });
});
