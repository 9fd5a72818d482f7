// Nodes that are isolated, refuse connections or resolve no names: what their kernels are told, alone and together, and what is refused.
import { describe, expect, it, test } from 'vitest';
import { firewallScript } from '../../../orchestrator/faults/firewall/firewall.ts';
import { wantedState } from '../../../orchestrator/faults/in-force.ts';
import type { FaultHost } from '../../../orchestrator/faults/kind/fault-host.ts';
import { kindOf } from '../../../orchestrator/faults/registry.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { scenarioOf } from '../run/make-run.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = { servers: { role: 'server', replicas: 2 } } as const;

/** The scripts that a node's network gets when these faults are in force, in this order. */
async function scriptFor(...timeline: Timeline): Promise<string> {
  const { actions } = makePlan(scenarioOf({ groups, timeline }));
  const inForce = actions.flatMap(({ change }) => (change.kind === 'fault' ? [change] : []));
  const [first] = inForce;
  if (first === undefined) throw new Error('no fault');
  const { effect } = kindOf(first.fault);
  if (effect.kind !== 'lasting') throw new Error('not lasting');
  const wanted = wantedState(effect.aspect, { link: null, distances: [] }, inForce, {
    group: 'servers',
    node: 'servers-1',
  });
  let script = '';
  const host = { inNetwork: async (_: string, text: string) => void (script = text) } as unknown as FaultHost;
  await effect.aspect.apply(host, 'servers-1', wanted, undefined);
  return script;
}

const rulesIn = (script: string): string[] =>
  script.split('\n').flatMap((line) => (/ (?:drop|reject\b.*)$/.test(line) ? [line.trim()] : []));

describe('what the kernel of a node is told', () => {
  it.each<[string, Timeline, string[]]>([
    [
      'isolate, both ways',
      [{ at: '10s', isolate: { group: 'servers' } }],
      [
        'iifname "$dev" counter drop',
        'iifname "$gateway" counter drop',
        'oifname "$dev" counter drop',
        'oifname "$gateway" counter drop',
      ],
    ],
    [
      'isolate one way, and the other by a second fault',
      [
        { at: '10s', isolate: { group: 'servers', way: 'in' } },
        { at: '11s', isolate: { nodes: ['servers-1'], way: 'out' } },
      ],
      [
        'iifname "$dev" counter drop',
        'iifname "$gateway" counter drop',
        'oifname "$dev" counter drop',
        'oifname "$gateway" counter drop',
      ],
    ],
    [
      'refuse new connections to a port, and reset all by a second fault',
      [
        { at: '10s', refuse: { group: 'servers', port: 8080 } },
        { at: '11s', refuse: { group: 'servers', connections: 'all' } },
      ],
      [
        'iifname "$dev" tcp dport 8080 tcp flags & (syn|ack) == syn counter reject with tcp reset',
        'iifname "$dev" meta l4proto tcp counter reject with tcp reset',
      ],
    ],
    [
      'resolve nothing, in silence',
      [{ at: '10s', dns: { group: 'servers' } }],
      [
        'iifname "lo" ip daddr 127.0.0.11 counter drop',
        'iifname != "lo" udp sport 53 counter drop',
        'iifname != "lo" tcp sport 53 counter drop',
      ],
    ],
    [
      'resolve nothing, and hear so',
      [{ at: '10s', dns: { group: 'servers', mode: 'refuse' } }],
      [
        'ip daddr 127.0.0.11 counter reject',
        'oifname != "lo" udp dport 53 counter reject',
        'oifname != "lo" tcp dport 53 counter reject',
      ],
    ],
  ])('%s', async (_, timeline, rules) => {
    expect(rulesIn(await scriptFor(...timeline))).toEqual(rules);
  });

  test('without any rule the table goes', () => {
    expect(firewallScript('topolab_x', [{ hook: 'input', rules: [] }]).split('\n')).toEqual([
      'nft -f - <<TABLE',
      'table inet topolab_x',
      'delete table inet topolab_x',
      'TABLE',
    ]);
  });
});

test('the plan names whom they hit, and when they are taken back', () => {
  const timeline: Timeline = [
    { at: '10s', isolate: { group: 'servers', count: 1, rule: 'oldest', way: 'in', for: '5s' } },
    { at: '20s', refuse: { group: 'servers', port: 8080, for: '5s' } },
    { at: '30s', dns: { nodes: ['servers-2'], mode: 'refuse' } },
  ];
  const { actions } = makePlan(scenarioOf({ groups, timeline }));
  expect(actions.map(({ summary }) => summary)).toEqual([
    'isolate 1 of servers, the oldest, in, for 5s',
    'end of isolation: servers-1',
    'refuse new connections to servers, port 8080, for 5s',
    'end of refusal: servers',
    'no DNS for servers-2, refused',
  ]);
});

describe('what is wrong', () => {
  it.each<[string, Timeline[number], string, RegExp]>([
    [
      'a way that is none',
      { at: '10s', isolate: { group: 'servers', way: 'up' as 'in' } },
      'timeline.0.isolate.way',
      /both or in or out|is not known/,
    ],
    [
      'a port that is none',
      { at: '10s', refuse: { group: 'servers', port: 70_000 } },
      'timeline.0.refuse.port',
      /too large|65535/,
    ],
    [
      'a port on which nobody listens',
      { at: '10s', refuse: { group: 'servers', port: 9999 } },
      'timeline.0.refuse.port',
      /nobody listens there: nodes of "servers" listen on 8080; write another port, or leave it out/,
    ],
    ['nobody', { at: '10s', dns: {} }, 'timeline.0.dns', /needs a `group`, a `zone` or `nodes`/],
    [
      'beyond the end',
      { at: '10s', dns: { group: 'servers', for: '51s' } },
      'timeline.0.dns.for',
      /write 50s or less/,
    ],
  ])('%s is told with its place', (_, entry, place, message) => {
    const problems = problemsIn(groups, [entry]);
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    expect(problems[0]?.message).toMatch(message);
  });
});
