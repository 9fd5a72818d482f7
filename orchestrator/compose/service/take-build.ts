// An image that is built from the service's own Dockerfile.
import { pairsOf } from '../file/merge-parts.ts';
import { entriesOf, isEmpty, type Part, textOf } from '../file/part.ts';
import type { ProblemPath } from '../../scenario/text/problem.ts';
import { lieOf, problem, remark, type Take, type Taking } from './taking.ts';

/** What a build is told beside its folder; other keys change nothing of what a container does, or can't be done through the engine's API. */
const TAKEN = ['context', 'dockerfile', 'dockerfile_inline', 'args', 'target'];
const NEEDLESS = [
  'tags',
  'labels',
  'cache_from',
  'cache_to',
  'no_cache',
  'no_cache_filter',
  'pull',
  'provenance',
  'sbom',
  'platforms',
];

export const takeBuild: Take = (part, path, taking) => {
  const { draft, project } = taking;
  const entries = part.kind === 'mapping' ? part.entries : new Map([['context', part]]);
  const context = entries.get('context') ?? part;
  const at = part.kind === 'mapping' && entries.has('context') ? [...path, 'context'] : path;
  const written = entries.has('context') ? textOf(context) : '.';
  const folder = folderOf(written, context, at, taking);
  if (folder === undefined) return;
  draft.set(['build', 'context'], folder, context, at);
  for (const [from, to] of [
    ['dockerfile', 'dockerfile'],
    ['dockerfile_inline', 'text'],
    ['target', 'target'],
  ] as const) {
    const value = entries.get(from);
    if (value !== undefined && textOf(value) !== '')
      draft.set(['build', to], textOf(value), value, [...path, from]);
  }
  for (const [name, value] of pairsOf(entries.get('args'))) {
    const text = isEmpty(value) ? project.valueOf(name) : textOf(value);
    if (text !== undefined) draft.set(['build', 'args', name], text, value, [...path, 'args', name]);
  }
  for (const [key, value] of entriesOf(part))
    if (!TAKEN.includes(key) && !NEEDLESS.includes(key) && !key.startsWith('x-'))
      remark(taking, value, [...path, key], `is not handed to the build`);
};

/** Relative to the scenario file; undefined where it can't be one, which has been told. */
function folderOf(written: string, at: Part, path: ProblemPath, taking: Taking): string | undefined {
  const told = (message: string): undefined => problem(taking, at, path, message) as undefined;
  if (/^(?:https?|git|ssh):|^git@|^github\.com\//.test(written))
    return told(`${JSON.stringify(written)} is a repository; clone it, and write its folder`);
  const { from, isOutside } = lieOf(written, at, taking);
  if (isOutside)
    return told(
      `${JSON.stringify(written)} lies outside of the scenario's folder; put the scenario into a folder that holds it and the compose file`,
    );
  return from;
}
