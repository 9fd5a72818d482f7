// The hosts of a Swarm as text, for `topolab plan`: what comes to each, and what room that leaves.
import type { Resources } from '../cluster/host.ts';
import { tellHost, tellResources } from '../cluster/room-words.ts';
import { renderTable } from '../format/render-table.ts';
import type { PlacedHost } from '../run/needs/placed-hosts.ts';

const USES = { nodes: 'nodes', generators: 'generators', both: 'all' } as const;
const plain = (text: string): string => text;

/** Several lines; the last one is not ended. */
export function renderHosts(hosts: readonly PlacedHost[], placement: string): string {
  const table = {
    head: ['host', 'for', 'CPUs left', 'GiB left', 'containers'],
    numeric: [],
    flexible: 4,
    rows: hosts.map((host) => ({
      cells: [
        tellHost(host),
        USES[host.use],
        leftOn(host, 'cpus', 1),
        leftOn(host, 'memoryBytes', 2 ** 30),
        contentOf(host),
      ],
    })),
  };
  return [
    `Hosts (placement ${placement}), each with the most that it may have at a time`,
    ...renderTable(table, plain, Number.MAX_SAFE_INTEGER).map((line) => `  ${line}`.trimEnd()),
    ...hosts.flatMap(({ name, taken }) =>
      taken === undefined
        ? []
        : [`  ${name} has ${tellResources(taken)} more, for services and other commands`],
    ),
  ].join('\n');
}

/** `0.5 of 2`. */
function leftOn({ free, capacity }: PlacedHost, of: keyof Resources, unit: number): string {
  const told = (resources: Resources | null): number => Number(((resources?.[of] ?? 0) / unit).toFixed(2));
  return `${told(free)} of ${told(capacity)}`;
}

function contentOf({ containers }: PlacedHost): string {
  const named = Object.entries(containers).map(([name, count]) => `${name} ×${count}`);
  return named.length === 0 ? 'none' : named.join(', ');
}
