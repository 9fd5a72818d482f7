// A service that turns its callers away: connections to a node's port are refused as if no program listened there, and where it is asked for,
// those that are open are reset. Callers hear of it at once, unlike with a node that is isolated or hangs.
import { z } from 'zod';
import { portNumber } from '../../scenario/text/container-values.ts';
import { firewallNeeds, firewallScript } from '../firewall/firewall.ts';
import { seeConnection } from '../firewall/see-connection.ts';
import type { Aspect } from '../kind/aspect.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { checkTarget } from '../targets/check-target.ts';
import { groupsHit } from '../targets/groups-hit.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

const CONNECTIONS = ['new', 'all'] as const;

export interface Refuse extends FaultCommon {
  readonly kind: 'refuse';
  /** null = every port. */
  readonly port: number | null;
  readonly connections: (typeof CONNECTIONS)[number];
}

const refuseSchema = z
  .strictObject({
    ...targetFields(),
    port: portNumber().optional().describe('The TCP port of the nodes. Default: every port.'),
    connections: z
      .enum(CONNECTIONS)
      .prefault('new')
      .describe(
        '`new`: who connects is refused, and open connections go on; `all`: open ones are reset as well, at their next packet.',
      ),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .meta({
    id: 'refuse',
    title: 'Refuse',
    description: 'Refuse TCP connections to nodes, as if no program listened there.',
  });

const TABLE = 'topolab_refuse';

type Rule = Pick<Refuse, 'port' | 'connections'>;

/** A node that refuses its readiness probe would never become ready, so that one that joins refuses once it is. */
const refusing: Aspect<readonly Rule[]> = {
  name: 'refuse',
  fresh: [],
  from: 'ready',
  entersNetwork: true,
  ofGroup: () => [],
  apply: (host, node, wanted) =>
    host.inNetwork(
      node,
      firewallScript(TABLE, [{ hook: 'input', rules: wanted.map(ruleOf) }]),
      'refuse connections',
    ),
  async look(host, node, wanted, before) {
    // The rule that came or went last.
    const port = (wanted.at(-1) ?? before.at(-1))?.port ?? null;
    const seen = await seeConnection(host, node, port, { table: TABLE, done: 'refused' });
    const { answer, counts, saw } = seen;
    if (wanted.length > 0) return { isSo: answer === 'refused' && (counts.input ?? 0) > 0, saw };
    return { isSo: counts.input === null && answer === 'answered', saw };
  },
};

function ruleOf({ port, connections }: Rule): string {
  const matches = [
    port === null ? 'meta l4proto tcp' : `tcp dport ${port}`,
    connections === 'new' ? 'tcp flags & (syn|ack) == syn' : '',
  ];
  return `iifname "$dev" ${matches.filter((match) => match !== '').join(' ')} counter reject with tcp reset`;
}

export const refuse = {
  schema: refuseSchema,
  about: 'Refuse connections to nodes, or reset open ones too.',
  noun: 'refusal',
  done: 'refusing',
  seenBy: 'a connection from the agent, and the packets that the rules have refused',
  effect: {
    kind: 'lasting',
    aspect: refusing,
    put: (state, { port, connections }) => [...state, { port, connections }],
  },
  check(written, path, groups, report) {
    checkTarget(written, path, groups, report);
    // Nobody could see that it is over: a port on which nobody listens refuses connections at all times.
    for (const { name, value } of groupsHit(written, groups))
      if (written.port === undefined && value.port === undefined)
        report(path, `"${name}" has no \`port\` that could refuse connections; write \`port\` here or there`);
  },
  misfit({ target: { groups }, port }, { portsOf }) {
    if (port === null) return undefined;
    const deaf = groups.find((name) => portsOf(name)?.includes(port) === false);
    if (deaf === undefined) return undefined;
    const message = `nobody listens there: nodes of "${deaf}" listen on ${portsOf(deaf)?.join(' and ')}; write another port, or leave it out`;
    return { field: 'port', message };
  },
  resolve: (written, groups): Refuse => ({
    kind: 'refuse',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    port: written.port ?? null,
    connections: written.connections,
  }),
  needs: () => firewallNeeds('refuse', 'reject'),
  shapes: () => false,
  summarize: ({ target, port, connections }) =>
    `refuse ${connections === 'all' ? 'all' : 'new'} connections to ${describeTarget(target)}${port === null ? '' : `, port ${port}`}`,
} satisfies FaultKind<z.output<typeof refuseSchema>, Refuse, readonly Rule[]>;
