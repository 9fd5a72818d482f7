import { describe, expect, it } from 'vitest';
import { DelayTally, parseDelays, type ToldDelays } from '../../../orchestrator/delays/delays.ts';

type Delay = ToldDelays['delays'][number];

const delayed = (some: Partial<Delay>): Delay => ({
  delayUs: 20_000,
  jitterUs: 0,
  packets: 0,
  beyond: 0,
  late: [],
  given: [],
  ...some,
});
const told = ({
  delays = [],
  ...some
}: Partial<Omit<ToldDelays, 'delays'>> & { delays?: Partial<Delay>[] }): ToldDelays => ({
  node: 'peers-1',
  state: 'delaying',
  dropped: 0,
  delays: delays.map(delayed),
  ...some,
});

describe('what the program tells', () => {
  it('is a line of JSON for each node', () => {
    const line =
      '{"node":"10.0.0.2","state":"gone","letThrough":0,"waiting":0,"dropped":2,"delays":[{"delayUs":20000,"jitterUs":5000,"packets":3,"beyond":1,"late":[[57.4,3]],"given":[[20017.9,3]]}]}';
    expect(parseDelays(`${line}\n`)).toEqual([
      told({
        node: '10.0.0.2',
        state: 'gone',
        dropped: 2,
        delays: [{ jitterUs: 5000, packets: 3, beyond: 1, late: [[57.4, 3]], given: [[20_017.9, 3]] }],
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
    const add = (delay: Partial<Delay>, dropped = 0) => tally.add([told({ dropped, delays: [delay] })]);
    add({ packets: 1, given: [[21_000, 1]], late: [[100, 1]] });
    add({ packets: 98, beyond: 2, given: [[21_000, 98]], late: [[100, 98]] });
    add({ packets: 1, beyond: 1, given: [[42_000, 1]], late: [[4000, 1]] }, 7);
    const [peers] = tally.figures();
    expect(peers).toMatchObject({ node: 'peers-1', packets: 100, beyond: 3, dropped: 7, ended: false });
    // Within the bucket, of which the bounds are a twentieth apart.
    expect(peers?.medianMs).toBeGreaterThan(20);
    expect(peers?.medianMs).toBeLessThanOrEqual(21);
    expect(peers?.lateMedianMs).toBeCloseTo(0.1, 2);
    expect(peers?.late99Ms).toBeCloseTo(0.1, 2);
  });

  it('keeps delays apart, the shortest first, and tells of losses with the one that most packets had', () => {
    const tally = new DelayTally();
    const far = { delayUs: 80_000, jitterUs: 5000 };
    tally.add([told({ dropped: 2, delays: [{ ...far, packets: 7 }, { packets: 3 }] })]);
    tally.add([told({ dropped: 1, delays: [{ packets: 30 }, { ...far, packets: 1 }] })]);
    expect(tally.figures()).toMatchObject([
      { node: 'peers-1', askedMs: 20, jitterMs: 0, packets: 33, dropped: 3 },
      { node: 'peers-1', askedMs: 80, jitterMs: 5, packets: 8, dropped: 0 },
    ]);
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
      expect.objectContaining({
        askedMs: null,
        packets: 0,
        medianMs: null,
        lateMedianMs: null,
        late99Ms: null,
      }),
    ]);
  });
});
