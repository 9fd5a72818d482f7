import { describe, expect, it } from 'vitest';
import { bestConnected } from '../../../orchestrator/fleet/nodes/best-connected.ts';
import { delayScript } from '../../../orchestrator/faults/link/delay-script.ts';
import { delayWayOf, linkNeeds } from '../../../orchestrator/faults/link/link-needs.ts';
import { linkScript } from '../../../orchestrator/faults/link/link-script.ts';
import { kernelTrials, lackedBy, requireKernel } from '../../../orchestrator/net-admin/kernel-trials.ts';
import { networkBatch, parseNetworkBatch } from '../../../orchestrator/net-admin/network-batch.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';
import type { Link } from '../../../orchestrator/scenario/groups/group.ts';

const MiB = 2 ** 20;

describe('the script of a link', () => {
  it('gives the queues the rate of frames, so that programs see the rate that was asked for', () => {
    const script = linkScript({ ...UNSHAPED, uplinkBytesPerSecond: 1448, downlinkBytesPerSecond: 14_480 });
    expect(script).toContain('classid 1:1 htb rate 1514bps');
    expect(script).toContain('tbf rate 15140bps');
  });

  it('hands packets over one by one on slow and on lossy links, in bundles on fast ones', () => {
    const segments = (link: Partial<Link>): string[] =>
      [...linkScript({ ...UNSHAPED, ...link }).matchAll(/gso_max_segs (\d+)/g)].map(
        ([, count = '']) => count,
      );
    expect(segments({ uplinkBytesPerSecond: MiB / 8, downlinkBytesPerSecond: 50 * MiB })).toEqual([
      '1',
      '44',
    ]);
    expect(segments({ uplinkBytesPerSecond: MiB, downlinkBytesPerSecond: 2 * MiB })).toEqual(['4', '8']);
    expect(segments({ uplinkBytesPerSecond: 50 * MiB, loss: 0.01 })).toEqual(['1', '1']);
  });

  it('takes away what a link does not ask for', () => {
    expect(linkScript({ ...UNSHAPED, uplinkBytesPerSecond: MiB })).toContain('ip link del topolab0');
    expect(linkScript({ ...UNSHAPED, downlinkBytesPerSecond: MiB })).toContain('tc qdisc del dev $dev root');
    expect(linkScript(UNSHAPED)).toBe(linkScript(null));
  });

  it('gives a downlink a new bucket: a bundle that waits may be larger than that of a lower rate', () => {
    const script = linkScript({ ...UNSHAPED, downlinkBytesPerSecond: MiB });
    expect(script).toMatch(
      /qdisc replace dev topolab0 root handle 2: bfifo.*\nqdisc replace dev topolab0 root handle 1: tbf/,
    );
  });

  it('takes every packet at a loss of 1, and a share in millionths below', () => {
    expect(linkScript({ ...UNSHAPED, loss: 1 })).not.toContain('numgen');
    expect(linkScript({ ...UNSHAPED, loss: 0.25 })).toContain('numgen random mod 1000000 < 250000');
  });

  it('delays by netem in front of the bucket of what reaches the node, and never what leaves it', () => {
    const script = linkScript({ ...UNSHAPED, downlinkBytesPerSecond: 1448, delayMs: 100 }, 'netem');
    expect(script).toMatch(
      /root handle 3: netem limit 100000 delay 100ms\n.* parent 3:1 handle 2: bfifo.*\n.* parent 3:1 handle 1: tbf rate 1514bps/,
    );
    expect(script).toContain('tc qdisc del dev $dev root');
    expect(script).not.toContain('topolab-delay put');
  });

  it('keeps packets in order where the delay varies: netem does so where it has a rate', () => {
    const script = linkScript({ ...UNSHAPED, delayMs: 100, jitterMs: 20 }, 'netem');
    expect(script).toMatch(/netem limit \d+ delay 100ms 20ms rate 12500000000bps$/m);
  });

  it('tells the program in microseconds where the kernel has no netem, before packets are queued for it', () => {
    const script = linkScript({ ...UNSHAPED, delayMs: 20, jitterMs: 2.5 }, 'program');
    expect(script).toMatch(
      /topolab-delay put "\$1" "\$2" <<TABLE\ndefault 20000 2500\nTABLE\n.*-A PREROUTING -i \$dev -j NFQUEUE --queue-num 7101 --queue-bypass$/,
    );
    expect(script).not.toContain('netem');
    // Nothing else is asked of this link.
    expect(script).toContain('ip link del topolab0');
  });

  it('takes the rule away before the program is told to end, for links that are not delayed any more', () => {
    for (const by of ['netem', 'program'] as const)
      expect(linkScript({ ...UNSHAPED, loss: 0.1 }, by)).toMatch(
        /-D PREROUTING -i \$dev .*\n.*topolab-delay drop "\$1"/,
      );
  });
});

describe('delays by source', () => {
  it('are a table for the program', () => {
    const routes = [
      { source: 'default', delayMs: 1, jitterMs: 0 },
      { source: '10.1.0.0/16', delayMs: 40.25, jitterMs: 3 },
    ];
    expect(delayScript(routes).join('\n')).toContain(
      '<<TABLE\ndefault 1000 0\n10.1.0.0/16 40250 3000\nTABLE\n',
    );
  });
});

describe('a batch of scripts', () => {
  const target = {
    node: 'a-1',
    pid: 4711,
    address: '10.0.0.2',
    script: linkScript({ ...UNSHAPED, loss: 0.1 }),
  };

  it('enters each namespace by process id and finds the interface by address', () => {
    expect(networkBatch([target, { ...target, pid: 12 }])).toMatch(
      /inside 0 4711 10\.0\.0\.2 [^]*inside 1 12 10\.0\.0\.2 /,
    );
  });

  it('reads what became of each', () => {
    expect(parseNetworkBatch('1 gone\n0 done a=1 b=2 \nnoise\n2 failed Error: no\n9 done\n', 4)).toEqual([
      { kind: 'done', said: 'a=1 b=2' },
      { kind: 'gone' },
      { kind: 'failed', said: 'Error: no' },
      { kind: 'failed', said: 'the helper gave no answer' },
    ]);
  });
});

describe('what the kernel has to have', () => {
  const needsOf = (where: string, link: Partial<Link>) => linkNeeds(link).map((need) => ({ ...need, where }));
  const delayed = needsOf('group peers', { ...UNSHAPED, delayMs: 20 });
  const rates = needsOf('timeline[0]', { uplinkBytesPerSecond: MiB, downlinkBytesPerSecond: MiB });
  const both = [...delayed, ...rates];
  /** Of a kernel without what is tried with these words. */
  const without = (needs: typeof both, ...words: string[]) => {
    const trials = [...kernelTrials(needs).matchAll(/^if \((.*)\) >.*echo "(\d+) has"/gm)];
    const answer = trials.map(
      ([, trial = '', index]) => `${index} ${words.some((word) => trial.includes(word)) ? 'lacks' : 'has'}`,
    );
    return lackedBy(answer.join('\n'), needs);
  };

  it('is refused by name, with the group and what to do', () => {
    expect(() => requireKernel(delayed, without(delayed, 'netem', 'NFQUEUE'))).toThrow(
      expect.objectContaining({
        code: 'kernel-lacks',
        exitCode: 1,
        message:
          "shape the links of group peers: the kernel of the engine's host lacks the netem queueing discipline, the queue of packets to programs (NFQUEUE), needed for delay",
        hint: expect.stringMatching(
          /modprobe -a sch_netem nfnetlink_queue.*leave delay out.*netem or NFQUEUE/,
        ),
      }),
    );
  });

  it.each([
    [[], 'netem'],
    [['NFQUEUE'], 'netem'],
    [['netem'], 'program'],
    [['type ifb'], 'program'],
    [['netem', 'NFQUEUE'], undefined],
  ] as const)('without %j, delays by %s', (words, way) => {
    expect(delayWayOf(without(delayed, ...words))).toBe(way);
  });

  it('is only what the links ask for', () => {
    expect(() => requireKernel(rates, without(rates, 'netem', 'NFQUEUE'))).not.toThrow();
    expect(() => requireKernel(both, without(both, 'netem'))).not.toThrow();
    expect(() => requireKernel(both, without(both))).not.toThrow();
    expect(() => requireKernel(rates, lackedBy('', rates))).toThrow(
      /htb.*tbf.*ifb.*needed for uplink, downlink/,
    );
  });
});

describe('the best connected', () => {
  const candidates = ['a', 'b', 'c', 'd'].map((name) => ({ name, address: name, port: 80 }));
  const agent = (degrees: Record<string, number>) => ({
    http: async (_method: string, host: string) => {
      const degree = degrees[host.split(':')[0] ?? ''];
      if (degree === undefined) throw new Error('no answer');
      return { status: 200, body: Buffer.from(JSON.stringify(Array.from({ length: degree }, () => ({})))) };
    },
  });

  it('has the most neighbours; at equal numbers the first counts, and the silent do not', async () => {
    expect(await bestConnected(agent({ a: 2, b: 5, d: 5 }), candidates, 1)).toEqual(['b']);
    expect(await bestConnected(agent({ a: 2, b: 5, d: 5 }), candidates, 9)).toEqual(['b', 'd', 'a']);
    expect(await bestConnected(agent({}), candidates, 1)).toEqual([]);
  });
});
