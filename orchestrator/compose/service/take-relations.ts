// How services stand to each other: who waits for whom, by which names and ports they are reached, which networks they share.
import { entriesOf, itemsOf, type Part, textOf } from '../file/part.ts';
import { truthOf } from './quantities.ts';
import { problem, remark, type Take, type Taking } from './taking.ts';

/** Whoever is waited for is ready first: healthy, ended with 0, or serving, as its own group says. */
export const takeDependsOn: Take = (part, path, taking) => {
  const { draft, project } = taking;
  const names =
    part.kind === 'mapping'
      ? [...part.entries].map(([name, settings]) => ({ name, settings, at: [...path, name] }))
      : itemsOf(part).map((item, index) => ({ name: textOf(item), settings: item, at: [...path, index] }));
  for (const { name, settings, at } of names) {
    const group = project.groupOf(name);
    const other = project.drafts.get(name);
    if (group === undefined || other === undefined) {
      const required = entriesOf(settings).get('required');
      if (required === undefined || truthOf(required)) noService(name, settings, at, taking);
      continue;
    }
    draft.add('after', group, settings, at);
    const condition = textOf(entriesOf(settings).get('condition'));
    if (condition === 'service_completed_successfully')
      other.set(['ready'], { completed: true }, settings, at);
    else if (condition === 'service_healthy' && !other.has('ready'))
      other.set(['ready'], { health: true }, settings, at);
  }
};

function noService(name: string, at: Part, path: readonly (string | number)[], taking: Taking): void {
  const there = entriesOf(entriesOf(taking.project.root).get('services'));
  const message = there.has(name)
    ? `"${name}" is not among the services that run; name its profile in \`compose.profiles\`, or write required: false`
    : `there is no service "${name}"; write one of ${[...there.keys()].join(', ')}`;
  problem(taking, at, path, message);
}

/** `SERVICE:ALIAS`: the other service has that name, too. */
export const takeLinks: Take = (part, path, taking) => {
  const { draft, project } = taking;
  for (const [index, item] of itemsOf(part).entries()) {
    const [name = '', alias] = textOf(item).split(':');
    const at = [...path, index];
    const group = project.groupOf(name);
    if (group === undefined) {
      noService(name, item, at, taking);
      continue;
    }
    draft.add('after', group, item, at);
    if (alias !== undefined && alias !== group) project.drafts.get(name)?.add('aliases', alias, item, at);
  }
};

/** The first TCP port in the container, in the order of the file, is where its users are served. */
export const takePorts: Take = (part, path, taking) => {
  for (const [index, item] of itemsOf(part).entries()) {
    const port = targetPort(item);
    if (port === undefined || taking.draft.has('port')) continue;
    taking.draft.set(['port'], port, item, [...path, index]);
  }
};

/** `[[HOST:]PUBLISHED:]TARGET[/PROTOCOL]`, each a port or a range, or the long form. Undefined for UDP. */
export function targetPort(item: Part): number | undefined {
  const entries = entriesOf(item);
  const [text = '', protocol = 'tcp'] =
    item.kind === 'mapping'
      ? [textOf(entries.get('target')), textOf(entries.get('protocol')) || 'tcp']
      : textOf(item).split('/');
  const port = Number((text.split(':').at(-1) ?? '').split('-', 1)[0]);
  return protocol === 'tcp' && Number.isInteger(port) && port > 0 ? port : undefined;
}

export const takeAlias: Take = (part, path, { draft, project, name }) => {
  if (textOf(part) !== project.groupOf(name)) draft.add('aliases', textOf(part), part, path);
};

/** Docker resolves it for others, as an alias. */
export const takeHostname: Take = (part, path, taking) => {
  takeAlias(part, path, taking);
  remark(
    taking,
    part,
    path,
    "is only a name by which others reach it: a program that asks for its own host name gets the engine's",
  );
};

const ADDRESSES = [
  'ipv4_address',
  'ipv6_address',
  'mac_address',
  'link_local_ips',
  'interface_name',
  'driver_opts',
];

/** All nodes are on one network: names hold there, and addresses of one's own do not. */
export const takeNetworks: Take = (part, path, taking) => {
  const { draft, project, name } = taking;
  const declared = entriesOf(entriesOf(project.root).get('networks'));
  const names = part.kind === 'mapping' ? [...part.entries.keys()] : itemsOf(part).map(textOf);
  for (const [index, network] of names.entries()) {
    const settings = part.kind === 'mapping' ? part.entries.get(network) : itemsOf(part)[index];
    const at = part.kind === 'mapping' ? [...path, network] : [...path, index];
    if (network !== 'default' && !declared.has(network))
      problem(
        taking,
        settings ?? part,
        at,
        `there is no network "${network}" under \`networks\`; write it there`,
      );
    const entries = entriesOf(settings);
    for (const [number, alias] of itemsOf(entries.get('aliases')).entries())
      if (textOf(alias) !== project.groupOf(name))
        draft.add('aliases', textOf(alias), alias, [...at, 'aliases', number]);
    for (const key of ADDRESSES) {
      const value = entries.get(key);
      if (value !== undefined)
        remark(taking, value, [...at, key], `${key} is not set: a run's network has addresses of its own`);
    }
  }
};
