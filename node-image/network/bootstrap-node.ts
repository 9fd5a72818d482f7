// The directory of a peer-to-peer network: a libp2p node that every peer tells where it is and asks for others. It holds nothing but
// the addresses of those connected to it and takes no part in what they do: without it, those who know each other go on.
import { Gauge, type Registry } from 'prom-client';
import { createHost, type HostSettings } from './create-host.ts';
import { Links } from './links.ts';

/** Others named in one answer. */
const maxNamed = 10;

export interface BootstrapNode {
  /** Where peers reach it, with its peer id. */
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

export type BootstrapSettings = HostSettings & {
  /** Only peers of this run are served. */
  readonly run: string;
};

/** Listens; `topolab_directory_peers` tells how many peers it knows. Fails with `network-not-started`. */
export async function startBootstrapNode(
  settings: BootstrapSettings,
  registry: Registry,
): Promise<BootstrapNode> {
  const host = await createHost(settings, null);
  const peers = new Map<string, readonly string[]>();
  await Links.open(host, directoryName(settings.run), {
    directory: (question, from) => {
      const others = [...peers].filter(([id]) => id !== from).map(([, addresses]) => addresses);
      if (isAddresses(question)) peers.set(from, question);
      return someOf(others, maxNamed);
    },
  });
  host.libp2p.addEventListener('peer:disconnect', ({ detail }) => peers.delete(detail.toString()));
  new Gauge({
    name: 'topolab_directory_peers',
    help: 'Peers that this directory can name',
    registers: [registry],
    collect() {
      this.set(peers.size);
    },
  });
  return { addresses: host.addresses(), stop: async () => host.libp2p.stop() };
}

/** Name of the links between peers and directory. */
export function directoryName(run: string): string {
  return `${run}/directory`;
}

function isAddresses(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((address) => typeof address === 'string');
}

/** At most `count` of them, each as likely as the other. */
function someOf<T>(values: T[], count: number): T[] {
  for (let at = 0; at < Math.min(count, values.length); at += 1) {
    const other = at + Math.floor(Math.random() * (values.length - at));
    [values[at], values[other]] = [values[other] as T, values[at] as T];
  }
  return values.slice(0, count);
}
