import { expect, it } from 'vitest';
import { sentBytesIn } from '../../../orchestrator/study/sent-bytes.ts';

it('counts what every interface but loopback has sent', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  500       5    0    0    0     0          0         0      500       5    0    0    0     0       0          0
  eth0: 1000      10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0
  net1:1         1    0    0    0     0          0         0      30       1    0    0    0     0       0          0
`;
  expect(sentBytesIn(text)).toBe(2030);
});
