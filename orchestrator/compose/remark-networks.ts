// What networks of compose files are for, and is not so in a run, where all nodes are on one.
import { entriesOf, itemsOf, type Part, textOf } from './file/part.ts';
import { truthOf } from './service/quantities.ts';
import type { Project } from './service/taking.ts';

export function remarkNetworks(
  services: ReadonlyMap<string, Part>,
  { root, found: { remarks } }: Pick<Project, 'root' | 'found'>,
): void {
  const all = [...services].map(([name, service]) => ({ name, networks: networksOf(service) }));
  const section = entriesOf(root).get('networks');
  const apart = firstApart(all);
  if (apart !== undefined && section !== undefined)
    remarks.push({
      place: section.keyPlace,
      path: ['networks'],
      message: `keep no services from each other: all nodes of a run are on one network (here ${apart[0]} and ${apart[1]} are, too)`,
    });
  for (const [name, network] of entriesOf(section)) {
    if (!all.some(({ networks }) => networks.includes(name))) continue;
    const tell = (message: string): void => {
      remarks.push({ place: network.keyPlace, path: ['networks', name], message });
    };
    const entries = entriesOf(network);
    if (isExternal(entries.get('external')))
      tell("is the run's own network here: what else is on it can't be reached");
    if (truthOf(entries.get('internal')))
      tell('keeps nobody from the internet; write network: { internet: false } in the scenario for that');
  }
}

interface Connected {
  readonly name: string;
  readonly networks: readonly string[];
}

/** Two services that share none. */
function firstApart(all: readonly Connected[]): readonly [string, string] | undefined {
  for (const [index, one] of all.entries()) {
    const other = all
      .slice(index + 1)
      .find(({ networks }) => !one.networks.some((network) => networks.includes(network)));
    if (other !== undefined) return [one.name, other.name];
  }
  return undefined;
}

function networksOf(service: Part): readonly string[] {
  const networks = entriesOf(service).get('networks');
  const names = networks?.kind === 'mapping' ? [...networks.entries.keys()] : itemsOf(networks).map(textOf);
  return names.length === 0 ? ['default'] : names;
}

/** `external: true`, or in files of old with its name: `external: { name: shared }`. */
function isExternal(external: Part | undefined): boolean {
  return external?.kind === 'mapping' || truthOf(external);
}
