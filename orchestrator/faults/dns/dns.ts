// Names that no longer resolve: the engine's name server gives a node no answer, or refuses it. What the node has resolved before stays known
// to it, and open connections go on.
import { z } from 'zod';
import { firewallNeeds, firewallScript } from '../firewall/firewall.ts';
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
      'Let nodes resolve no names. Names that they have resolved before stay known to programs that keep them.',
  });

/** Docker's name server in every network of its own (https://docs.docker.com/engine/network/#dns-services). */
const NAME_SERVER = '127.0.0.11';

const resolving: Aspect<Mode | null> = {
  name: 'dns',
  fresh: null,
  from: 'ready',
  entersNetwork: true,
  ofGroup: () => null,
  apply: (host, node, wanted) =>
    host.inNetwork(
      node,
      firewallScript('topolab_dns', [{ hook: 'output', rules: wanted === null ? [] : rulesOf(wanted) }]),
      'keep the node from resolving names',
    ),
};

function rulesOf(mode: Mode): string[] {
  const verdict = mode === 'timeout' ? 'drop' : 'reject';
  // Other name servers too, for images that ask their own.
  return [
    `ip daddr ${NAME_SERVER} counter ${verdict}`,
    `oifname "$dev" udp dport 53 counter ${verdict}`,
    `oifname "$dev" tcp dport 53 counter ${verdict}`,
  ];
}

export const dns = {
  schema: dnsSchema,
  about: 'Let nodes resolve no names.',
  noun: 'DNS failure',
  done: 'without DNS',
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
