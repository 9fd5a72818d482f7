// A group whose image is built → one of that image: from here on it is like any other of an own image.
import type { NamedEntry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { builtImage, resolveBuild } from './build-schema.ts';
import type { CheckedGroup } from './group-schema.ts';

/** `baseDir` is the folder of the scenario file. */
export function asBuilt(
  entry: NamedEntry<CheckedGroup>,
  baseDir: string,
  report: Report,
): NamedEntry<CheckedGroup> {
  const { path, value } = entry;
  if (value.build === undefined) return entry;
  if (value.image !== undefined)
    report(
      [...path, 'image'],
      'is not used, for `build` says what its image is; leave out one of them',
      'key',
    );
  return { ...entry, value: { ...value, image: builtImage(resolveBuild(value.build, baseDir)) } };
}
