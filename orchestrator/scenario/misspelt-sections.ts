// Sections of a scenario under a misspelt name: `loads:` for `load:`. Read as what is meant, so that the slip is told once and nothing is
// said of a section that seems to be missing.
import type { Problem, ProblemPath } from './text/problem.ts';
import { nearest } from './text/suggest.ts';
import { scenarioSchema } from './schema.ts';

const SECTIONS = Object.keys(scenarioSchema.shape).filter((key) => key !== '$schema');

interface Sections {
  /** With the sections under their right names. */
  readonly input: unknown;
  readonly problems: readonly Problem[];
  /** A path in `input` as one in what was written. */
  readonly asWritten: (path: ProblemPath) => ProblemPath;
}

export function withSectionsMeant(input: unknown): Sections {
  const renamed = new Map<string, string>();
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { input, problems: [], asWritten: (path) => path };
  const keys = Object.keys(input);
  for (const key of keys.filter((each) => !SECTIONS.includes(each) && !each.startsWith('x-'))) {
    const meant = nearest(key, SECTIONS);
    if (meant !== undefined && !keys.includes(meant) && !renamed.has(meant)) renamed.set(meant, key);
  }
  if (renamed.size === 0) return { input, problems: [], asWritten: (path) => path };
  const meantBy = new Map([...renamed].map(([meant, key]) => [key, meant]));
  return {
    input: Object.fromEntries(Object.entries(input).map(([key, value]) => [meantBy.get(key) ?? key, value])),
    problems: [...renamed].map(([meant, key]) => ({
      path: [key],
      message: `is not known here; did you mean "${meant}"?`,
      at: 'key',
    })),
    asWritten: ([first, ...rest]) =>
      first === undefined ? [] : [renamed.get(String(first)) ?? first, ...rest],
  };
}
