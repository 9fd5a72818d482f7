// Which services of a project run: those without a profile, those of the chosen profiles, and where services are named, those and what they
// depend on. As `docker compose up` chooses. Pure.
import { entriesOf, itemsOf, type Part, textOf } from './file/part.ts';

export interface Choice {
  readonly profiles: readonly string[];
  /** Undefined: all. */
  readonly services: readonly string[] | undefined;
}

export function chosenServices(root: Part, { profiles, services: named }: Choice): ReadonlyMap<string, Part> {
  const all = entriesOf(entriesOf(root).get('services'));
  // A service that is named brings its profiles with it.
  const ofNamed = (named ?? []).flatMap((name) => profilesOf(all.get(name)));
  const active = new Set([...profiles, ...ofNamed]);
  const enabled = new Map(
    [...all].filter(([, service]) => {
      const own = profilesOf(service);
      return own.length === 0 || active.has('*') || own.some((profile) => active.has(profile));
    }),
  );
  if (named === undefined) return enabled;
  const chosen = new Set<string>();
  const waiting = [...named];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const service = enabled.get(name);
    if (service === undefined || chosen.has(name)) continue;
    chosen.add(name);
    waiting.push(...neededBy(service));
  }
  return new Map([...enabled].filter(([name]) => chosen.has(name)));
}

function profilesOf(service: Part | undefined): string[] {
  return itemsOf(entriesOf(service).get('profiles')).map(textOf);
}

function neededBy(service: Part): string[] {
  const entries = entriesOf(service);
  const dependsOn = entries.get('depends_on');
  const links = itemsOf(entries.get('links')).map((link) => textOf(link).split(':', 1)[0] ?? '');
  return dependsOn?.kind === 'mapping'
    ? [...dependsOn.entries.keys(), ...links]
    : [...itemsOf(dependsOn).map(textOf), ...links];
}
