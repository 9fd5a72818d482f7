// Names that no longer resolve: the engine's name server gives a node no answer, or refuses it. What the node has resolved before stays known
// to it, and open connections go on.
import { z } from 'zod';
import { type Chain, firewallNeeds, firewallScript } from '../firewall/firewall.ts';
import { countRules, parseRuleCounts, sayRuleCounts } from '../firewall/rule-counts.ts';
import type { Aspect } from '../kind/aspect.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

const MODES = ['timeout', 'refuse'] as const;

/** `timeout`: no answer comes; `refuse`: the node hears at once that nobody listens. */
type Mode = (typeof MODES)[number];

export interface DnsFailure extends FaultCommon {
  readonly kind: 'dns';
  readonly mode: Mode;
}

const dnsSchema = z
  .strictObject({
    ...targetFields(),
    mode: z
      .enum(MODES)
      .prefault('timeout')
      .describe('`timeout`: no answer comes; `refuse`: nodes hear at once that no name server listens.'),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .meta({
    id: 'dns',
    title: 'DNS failure',
    description:
      'Keep nodes from resolving names. Names that they have resolved before stay known to programs that keep them.',
  });

/** Docker's name server in every network of its own (https://docs.docker.com/engine/network/#dns-services). */
const NAME_SERVER = '127.0.0.11';

const TABLE = 'topolab_dns';

const resolving: Aspect<Mode | null> = {
  name: 'dns',
  fresh: null,
  from: 'ready',
  entersNetwork: true,
  ofGroup: () => null,
  apply: (host, node, wanted) =>
    host.inNetwork(
      node,
      firewallScript(TABLE, wanted === null ? [] : [chainOf(wanted)]),
      'keep the node from resolving names',
    ),
  async look(host, node, wanted) {
    const output = await host.lookInNetwork(node, `${lookUp(node)}\n${countRules(TABLE)}`);
    const counts = parseRuleCounts(output);
    const [answer = 'not tried'] = /\b(?:answered|refused|silent)\b/.exec(output ?? '') ?? [];
    const saw = `a question to the name server: ${answer}; ${sayRuleCounts(counts, 'dropped')}`;
    if (wanted === null)
      return { isSo: answer === 'answered' && counts.input === null && counts.output === null, saw };
    const failed = wanted === 'timeout' ? answer === 'silent' : answer === 'refused';
    return { isSo: failed && ((wanted === 'timeout' ? counts.input : counts.output) ?? 0) > 0, saw };
  },
};

/** Asks the engine's name server for the node's own address, as a program in it would (RFC 1035), and says what came of it. */
function lookUp(node: string): string {
  // Id `AB`, recursion wanted, one question: the name's parts with their lengths, type A, class IN.
  const bytes = [0x41, 0x42, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, node.length, ...Buffer.from(node), 0, 0, 1, 0, 1];
  const question = bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return [
    `if said=$(timeout 0.6 bash -c 'exec 3<>/dev/udp/${NAME_SERVER}/53 && printf "${question}" >&3 && read -r -N 2 -u 3 id && echo "got $id"' 2>&1); then echo answered`,
    'else case "$?" in 124) echo silent ;; *) echo refused ;; esac; fi',
  ].join('\n');
}

/**
 * Who is to get no answer must not hear that the question did not leave, which a packet dropped on its way out says at once: questions to the engine's
 * name server are dropped where they arrive, and so are the answers of others, for images that ask their own: those come by
 * another interface where the run's network is over several hosts.
 */
function chainOf(mode: Mode): Chain {
  if (mode === 'timeout')
    return {
      hook: 'input',
      rules: [
        `iifname "lo" ip daddr ${NAME_SERVER} counter drop`,
        'iifname != "lo" udp sport 53 counter drop',
        'iifname != "lo" tcp sport 53 counter drop',
      ],
    };
  return {
    hook: 'output',
    rules: [
      `ip daddr ${NAME_SERVER} counter reject`,
      'oifname != "lo" udp dport 53 counter reject',
      'oifname != "lo" tcp dport 53 counter reject',
    ],
  };
}

export const dns = {
  schema: dnsSchema,
  about: 'Keep nodes from resolving names.',
  noun: 'DNS failure',
  done: 'without DNS',
  seenBy:
    "a question to the name server from inside the node's network, and the packets that the rules have dropped",
  effect: { kind: 'lasting', aspect: resolving, put: (_, { mode }) => mode },
  check: checkTarget,
  resolve: (written, groups): DnsFailure => ({
    kind: 'dns',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    mode: written.mode,
  }),
  needs: ({ mode }) => firewallNeeds('dns', mode === 'timeout' ? 'drop' : 'reject'),
  shapes: () => false,
  summarize: ({ target, mode }) =>
    `no DNS for ${describeTarget(target)}${mode === 'timeout' ? '' : ', refused'}`,
} satisfies FaultKind<z.output<typeof dnsSchema>, DnsFailure, Mode | null>;
