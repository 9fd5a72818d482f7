// A scenario that names compose files → one whose groups are their services, with what the scenario says of them written over that.
import { composeGroups } from '../compose/compose-groups.ts';
import type { ProjectSurroundings } from '../compose/service/taking.ts';
import { composeRequest, composeSchema } from './compose-schema.ts';
import type { WrittenElsewhere } from './text/elsewhere.ts';
import { type Elsewhere, type Problem, type ProblemPath, shownPath } from './text/problem.ts';
import { salvage } from './text/salvage.ts';

type Mapping = Readonly<Record<string, unknown>>;

export interface Composed {
  /** Without `compose`. */
  readonly input: unknown;
  readonly problems: readonly Problem[];
  /** Which of its groups, and which parts of them, stand in compose files. */
  readonly elsewhere: WrittenElsewhere;
  /** What is not as the compose files have it: sentences with their places. */
  readonly notHonoured: readonly string[];
}

/** Fields whose entries are written over one by one; all others are replaced as a whole. */
const BY_NAME = ['env', 'secrets', 'copy', 'volumes', 'tmpfs', 'ulimits'];

export function applyCompose(input: unknown, surroundings: ProjectSurroundings): Composed {
  if (!isMapping(input) || !('compose' in input))
    return { input, problems: [], elsewhere: new Map(), notHonoured: [] };
  const { compose, ...rest } = input;
  const request = salvage(composeSchema, compose, ['compose']);
  if (request.value === undefined)
    return { input: rest, problems: request.problems, elsewhere: new Map(), notHonoured: [] };
  const { groups, origins, problems, remarks, unknownServices } = composeGroups(
    composeRequest(request.value),
    surroundings,
  );
  const elsewhere = new Map<string, Elsewhere | null>(
    origins.map(({ path, place }) => [JSON.stringify(['groups', ...path]), place]),
  );
  const own = isMapping(rest['groups']) ? rest['groups'] : {};
  const written = overlaid(groups, own, elsewhere);
  return {
    input: { ...rest, groups: isMapping(rest['groups'] ?? {}) ? written : rest['groups'] },
    problems: [
      ...request.problems,
      ...unknownServices.map(
        ({ index, message }): Problem => ({ path: ['compose', 'services', index], message, at: 'value' }),
      ),
      ...problems.map(
        ({ place, message }): Problem => ({ path: place.path, message, at: 'value', elsewhere: place }),
      ),
    ],
    elsewhere,
    notHonoured: remarks.map(
      ({ place: { file, line, column, path }, message }) =>
        `${file}:${line}:${column} ${shownPath(path)}: ${message}`,
    ),
  };
}

/** Groups of both: what the scenario writes goes before what the compose files have, and an empty value takes that out. */
function overlaid(
  groups: Mapping,
  own: Mapping,
  elsewhere: Map<string, Elsewhere | null>,
): Readonly<Record<string, unknown>> {
  const result = new Map(Object.entries(groups));
  for (const [name, written] of Object.entries(own)) {
    const base = result.get(name);
    if (base === undefined) result.set(name, written);
    else if (written === null) result.delete(name);
    else if (isMapping(base) && isMapping(written))
      result.set(name, over(base, written, ['groups', name], elsewhere));
    else {
      elsewhere.set(JSON.stringify(['groups', name]), null);
      result.set(name, written);
    }
  }
  return Object.fromEntries(result);
}

function over(
  base: Mapping,
  written: Mapping,
  path: ProblemPath,
  elsewhere: Map<string, Elsewhere | null>,
): Mapping {
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(written)) {
    const at = [...path, key];
    const there = result.get(key);
    if (value === null) result.delete(key);
    else if (path.length === 2 && BY_NAME.includes(key) && isMapping(there) && isMapping(value))
      result.set(key, over(there, value, at, elsewhere));
    else {
      forget(at, elsewhere);
      result.set(key, value);
    }
  }
  return Object.fromEntries(result);
}

/** From now on this part, with all that is in it, is the scenario's own. */
function forget(path: ProblemPath, elsewhere: Map<string, Elsewhere | null>): void {
  const start = `${JSON.stringify(path).slice(0, -1)},`;
  for (const key of elsewhere.keys()) if (key.startsWith(start)) elsewhere.delete(key);
  elsewhere.set(JSON.stringify(path), null);
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
