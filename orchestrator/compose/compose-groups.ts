// Compose files → groups of a scenario as people would write them, each part with the place that it comes from; what is wrong with the files, and
// what of them is not honoured.
import { resolve } from 'node:path';
import { instead } from '../scenario/text/suggest.ts';
import { withUnset } from '../scenario/text/elsewhere.ts';
import type { Elsewhere, ProblemPath } from '../scenario/text/problem.ts';
import { type Choice, chosenServices } from './chosen-services.ts';
import { loadModel } from './file/load-model.ts';
import { entriesOf, type Part } from './file/part.ts';
import type { Finding, Found } from './file/read-part.ts';
import { remarkNetworks } from './remark-networks.ts';
import { GroupDraft, type Origin } from './service/group-draft.ts';
import { groupName } from './service/group-name.ts';
import { type Handling, serviceKeys } from './service/service-keys.ts';
import { type Project, type ProjectSurroundings, remarkNotHonoured, type Taking } from './service/taking.ts';

export interface ComposeRequest extends Choice {
  /** Relative to the scenario file; later ones are written over earlier ones. */
  readonly files: readonly string[];
}

export interface ComposeGroups {
  /** By name, as people would write them. */
  readonly groups: Readonly<Record<string, unknown>>;
  /** Where groups and parts of them come from, by their paths below `groups`. */
  readonly origins: readonly { readonly path: ProblemPath; readonly place: Elsewhere }[];
  readonly problems: readonly Told[];
  /** Each matter once, however many services it concerns. */
  readonly remarks: readonly Told[];
  /** Groups with a port that the compose file publishes on the host: where people come in. */
  readonly entrances: readonly { readonly group: string; readonly port: number }[];
  /** Problems of the request itself: a service that is not there. */
  readonly unknownServices: readonly { readonly index: number; readonly message: string }[];
}

export interface Told {
  readonly place: Elsewhere;
  readonly message: string;
}

/** Never throws for anything people can write. */
export function composeGroups(request: ComposeRequest, surroundings: ProjectSurroundings): ComposeGroups {
  const found: Found = { problems: [], remarks: [], unset: new Map() };
  const files = request.files.map((file) => resolve(surroundings.baseDir, file));
  const model = loadModel(files, surroundings.baseDir, surroundings, found);
  if (model === undefined) return nothing(found);
  const { root, valueOf } = model;
  const fromEnvironment = (valueOf('COMPOSE_PROFILES') ?? '').split(',').filter((profile) => profile !== '');
  const profiles = request.profiles.length > 0 ? request.profiles : fromEnvironment;
  const services = chosenServices(root, { ...request, profiles });
  const drafts = new Map([...services.keys()].map((name) => [name, new GroupDraft()]));
  const project: Project = {
    root,
    surroundings,
    valueOf,
    found,
    drafts,
    groupOf: (name) => (services.has(name) ? groupName(name) : undefined),
  };
  for (const [name, service] of services) {
    const draft = drafts.get(name);
    if (draft !== undefined) takeService({ name, service, draft, project });
  }
  checkNames(services, project);
  remarkNetworks(services, project);
  const all = entriesOf(entriesOf(root).get('services'));
  const unknownServices = (request.services ?? []).flatMap((name, index) =>
    all.has(name)
      ? []
      : [{ index, message: `there is no service "${name}"; ${instead(name, [...all.keys()])}` }],
  );
  const groups = Object.fromEntries([...drafts].map(([name, { fields }]) => [groupName(name), fields]));
  return {
    groups,
    origins: originsIn(services, drafts, found),
    entrances: entrancesIn(drafts),
    problems: problemsIn(found),
    remarks: onceForAll(found.remarks).map(told),
    unknownServices,
  };
}

function nothing(found: Found): ComposeGroups {
  return {
    groups: {},
    origins: [],
    entrances: [],
    problems: problemsIn(found),
    remarks: [],
    unknownServices: [],
  };
}

function takeService(taking: Taking): void {
  const { name, service, draft, project } = taking;
  const keys = entriesOf(service);
  const path = ['services', name];
  if (name !== groupName(name)) draft.add('aliases', name, service, path);
  for (const [key, handling] of Object.entries<Handling>(serviceKeys)) {
    const part = keys.get(key);
    if (part === undefined || handling.kind === 'needless' || meansNothing(part)) continue;
    if (handling.kind === 'taken') handling.take(part, [...path, key], taking);
    else remarkNotHonoured(taking, part, [...path, key], handling.words);
  }
  if (!keys.has('image') && !keys.has('build') && service.kind === 'mapping')
    project.found.problems.push({
      place: service.keyPlace,
      path,
      message: 'has neither `image` nor `build`; write one of them',
    });
}

/** `restart: "no"`, `privileged: false`, and keys without a value. */
function meansNothing(part: Part): boolean {
  return part.kind === 'scalar' && ['', 'no', 'false'].includes(part.source) && part.value !== '';
}

/** Two services may come to the same name here. */
function checkNames(services: ReadonlyMap<string, Part>, { found }: Project): void {
  const names = new Map<string, string>();
  for (const [name, service] of services) {
    const other = names.get(groupName(name));
    if (other === undefined) names.set(groupName(name), name);
    else {
      const message = `is the group ${groupName(name)} here, and so is "${other}"; rename one of them`;
      found.problems.push({ place: service.keyPlace, path: ['services', name], message });
    }
  }
}

function entrancesIn(drafts: ReadonlyMap<string, GroupDraft>): ComposeGroups['entrances'] {
  return [...drafts].flatMap(([name, { fields, origins }]) => {
    const from = origins.get(JSON.stringify(['port']));
    const isPublished = from?.path[2] === 'ports';
    return isPublished && typeof fields['port'] === 'number'
      ? [{ group: groupName(name), port: fields['port'] }]
      : [];
  });
}

function originsIn(
  services: ReadonlyMap<string, Part>,
  drafts: ReadonlyMap<string, GroupDraft>,
  { unset }: Found,
): ComposeGroups['origins'] {
  return [...services].flatMap(([name, service]) => {
    const group = groupName(name);
    const whole = { path: [group], place: placed({ place: service.keyPlace, path: ['services', name] }) };
    const parts = [...(drafts.get(name)?.origins ?? [])].map(([key, origin]) => ({
      path: [group, ...(JSON.parse(key) as ProblemPath)],
      place: { ...placed(origin), unset: unset.get(origin.place) ?? [] },
    }));
    return [whole, ...parts];
  });
}

function placed({ place: { source, line, column }, path }: Origin): Elsewhere {
  return { file: source.name, line, column, path };
}

/** Mostly a text is wrong because of what is missing in it. */
function problemsIn({ problems, unset }: Found): Told[] {
  return once(problems).map((finding) => {
    const message = withUnset(finding.message, { unset: unset.get(finding.place) ?? [] });
    return { place: placed(finding), message };
  });
}

function told(finding: Finding): Told {
  return { place: placed(finding), message: finding.message };
}

function once(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ place, path, message }: Finding): string =>
    JSON.stringify([place.source.name, place.line, place.column, path, message]);
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()];
}

/** The same sentence about several services is said of the first, with the number of the others. */
function onceForAll(remarks: readonly Finding[]): Finding[] {
  const alike = new Map<string, Finding[]>();
  for (const finding of once(remarks)) {
    const [section, , ...rest] = finding.path;
    const key = JSON.stringify([finding.message, section === 'services' ? rest[0] : finding.path]);
    alike.set(key, [...(alike.get(key) ?? []), finding]);
  }
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more =
      others.length === 0
        ? ''
        : ` (and so in ${others.length} more ${others.length === 1 ? 'place' : 'places'})`;
    return [{ ...first, message: `${first.message}${more}` }];
  });
}
