// Whether a link is believed to be as it is to be, by what the kernel of the node shows.
import { describe, expect, it } from 'vitest';
import type { DelayWay } from '../../../orchestrator/faults/link/delay-way.ts';
import { linkSighting } from '../../../orchestrator/faults/link/link-look.ts';
import { linkNumbers } from '../../../orchestrator/faults/link/link-script.ts';
import type { Link } from '../../../orchestrator/scenario/groups/group.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';

const rate = 2 ** 20;
/** Of frames, as the kernel is told. */
const { uplink } = linkNumbers({ ...UNSHAPED, uplinkBytesPerSecond: rate }, 'netem');
const open = 12_500_000_000;
const nothing = 'trip=0 uplink=- downlink=- lost=- met=0 netem=0 queue=0';

describe('a link', () => {
  it.each<[string, Partial<Link> | null, string | undefined, boolean, DelayWay?]>([
    ['not shaped', null, nothing, true],
    ['not shaped, of which a queue is left', null, nothing.replace('uplink=-', `uplink=${uplink}`), false],
    ['of a node that has gone', null, undefined, false],
    [
      'with its rate',
      { uplinkBytesPerSecond: rate },
      nothing.replace('uplink=-', `uplink=${(uplink ?? 0) + 300}`),
      true,
    ],
    [
      'with another rate',
      { uplinkBytesPerSecond: rate },
      nothing.replace('uplink=-', `uplink=${2 * (uplink ?? 0)}`),
      false,
    ],
    ['with no rate', { uplinkBytesPerSecond: rate }, nothing, false],
    [
      'with losses',
      { loss: 0.1 },
      `trip=1 uplink=${open} downlink=${open} lost=100000 met=4 netem=0 queue=0`,
      true,
    ],
    [
      'with other losses',
      { loss: 0.1 },
      `trip=1 uplink=${open} downlink=${open} lost=1000 met=4 netem=0 queue=0`,
      false,
    ],
    [
      'delayed by the program',
      { delayMs: 20 },
      nothing.replace('trip=0', 'trip=21').replace('queue=0', 'queue=1'),
      true,
      'program',
    ],
    [
      'delayed by a queue that lets packets pass',
      { delayMs: 20 },
      nothing.replace('queue=0', 'queue=1'),
      false,
      'program',
    ],
    ['not delayed', { delayMs: 20 }, nothing, false, 'program'],
    [
      'delayed by netem, whose jitter may shorten it',
      { delayMs: 20, jitterMs: 5 },
      `trip=14 uplink=- downlink=${open} lost=- met=0 netem=1 queue=0`,
      true,
    ],
    [
      'of which only the queue can be seen',
      { delayMs: 20 },
      nothing.replace('trip=0', 'trip=-').replace('queue=0', 'queue=1'),
      true,
      'program',
    ],
  ])('%s', (_, link, output, isSo, by = 'netem') => {
    const whole = link === null ? null : { ...UNSHAPED, ...link };
    expect(linkSighting(whole, by, output).isSo).toBe(isSo);
  });

  it('is told in words', () => {
    const output = `trip=26 uplink=1045500 downlink=- lost=100000 met=3 netem=0 queue=1`;
    expect(linkSighting(null, 'program', output).saw).toBe(
      'frames leave at 1045500 bytes/s at most, 10% lost, 3 packets so far, packets wait (program), a round trip took 26 ms',
    );
  });
});
