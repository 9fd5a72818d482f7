// Rules of nftables in a node's own network namespace: what the kinds share that refuse or drop packets. Each kind has a table of its own,
// which is replaced whole. Pure.
import type { HostNeed, KernelFeature } from '../kind/host-need.ts';

/** A base chain: where it hooks in, and its rules. `$dev` is the node's interface in the network of the run, `$gateway` that of its way out of it. */
export interface Chain {
  readonly hook: 'input' | 'output';
  readonly rules: readonly string[];
}

/** In a network over several hosts Docker gives a container an interface of its own for all that is outside. Elsewhere, and without a way out, it is `$dev`. */
const findGateway =
  "gateway=$(ip -o -4 route show default | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | head -n 1); gateway=${gateway:-$dev}";

/**
 * A shell script that makes a table of the node's namespace consist of these chains, in one step of the kernel's; without any rule the table goes.
 * @param table `topolab_refuse`.
 */
export function firewallScript(table: string, chains: readonly Chain[]): string {
  const some = chains.filter(({ rules }) => rules.length > 0);
  return [
    ...(some.length === 0 ? [] : [findGateway]),
    'nft -f - <<TABLE',
    // Declared first, so that there is one to delete.
    `table inet ${table}`,
    `delete table inet ${table}`,
    ...(some.length === 0 ? [] : [`table inet ${table} {`, ...some.flatMap(chainLines), '}']),
    'TABLE',
  ].join('\n');
}

function chainLines({ hook, rules }: Chain): string[] {
  return [
    ` chain ${hook} {`,
    // Before what programs inside may have set up themselves; after the addresses of Docker's name server are translated.
    `  type filter hook ${hook} priority -10`,
    ...rules.map((rule) => `  ${rule}`),
    ' }',
  ];
}

const nftables: KernelFeature = {
  name: 'nftables for IPv4 and IPv6 (inet)',
  module: 'nf_tables',
  trial:
    "printf 'table inet t {\\nchain c {\\ntype filter hook input priority 0;\\ncounter drop\\n}\\n}\\ndelete table inet t\\n' | nft -f -",
};
const reject: KernelFeature = {
  name: "nftables' reject",
  module: 'nf_tables nft_reject_inet nft_reject',
  trial:
    "printf 'table inet t {\\nchain c {\\ntype filter hook input priority 0;\\ntcp dport 1 reject with tcp reset\\n}\\n}\\ndelete table inet t\\n' | nft -f -",
};

/** What the kernel must have for rules that drop packets, or refuse them in a way that the sender hears of. */
export function firewallNeeds(field: string, action: 'drop' | 'reject'): HostNeed[] {
  const features = action === 'drop' ? [nftables] : [nftables, reject];
  return [{ task: `change what reaches nodes`, field, ways: [features] }];
}
