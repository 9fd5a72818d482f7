// Parts of a scenario that stand in another file than the scenario's own: what is wrong with them is told at the place where they were written. Pure.
import type { Elsewhere, Problem, ProblemPath } from './problem.ts';

/** By the path in the scenario, as JSON. null = written in the scenario itself, though the part around it is not. */
export type WrittenElsewhere = ReadonlyMap<string, Elsewhere | null>;

/** The problem as one of the file in which the part was written; the same where that is the scenario. */
export function toldWhereWritten(problem: Problem, written: WrittenElsewhere): Problem {
  const place = placeOf(problem.path, written);
  if (place === null) return problem;
  return { ...problem, message: withUnset(problem.message, place), path: place.path, elsewhere: place };
}

/** `…; the variable TAG is not set`, where that is so at the place. */
export function withUnset(message: string, { unset = [] }: Pick<Elsewhere, 'unset'>): string {
  if (unset.length === 0) return message;
  return `${message}; the ${unset.length === 1 ? 'variable' : 'variables'} ${unset.join(', ')} ${unset.length === 1 ? 'is' : 'are'} not set`;
}

/** That of the part itself, of the nearest one in it, or of the nearest one around it. */
function placeOf(path: ProblemPath, written: WrittenElsewhere): Elsewhere | null {
  const own = written.get(JSON.stringify(path));
  if (own !== undefined) return own;
  const start = `${JSON.stringify(path).slice(0, -1)},`;
  // Groups have places of their own; what stands in several places is in one of them.
  const within = path.length > 2 ? [...written].find(([key]) => key.startsWith(start))?.[1] : undefined;
  if (within !== undefined) return within;
  for (let length = path.length - 1; length > 0; length--) {
    const around = written.get(JSON.stringify(path.slice(0, length)));
    if (around !== undefined) return around;
  }
  return null;
}
