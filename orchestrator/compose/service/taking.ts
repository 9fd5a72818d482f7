// What the keys of a service are taken with: the service itself, the group that becomes of it, and the project around both.
import { relative, resolve } from 'node:path';
import type { Variables } from '../file/interpolate.ts';
import type { Part } from '../file/part.ts';
import type { Found, Surroundings } from '../file/read-part.ts';
import { isBelow } from '../../scenario/text/is-below.ts';
import type { ProblemPath } from '../../scenario/text/problem.ts';
import type { GroupDraft } from './group-draft.ts';

/** What lies at a path of this machine. */
export interface Lying {
  readonly kind: 'file' | 'folder';
  /** Numbers of its user and group. */
  readonly owner: { readonly user: number; readonly group: number };
}

export interface ProjectSurroundings extends Surroundings {
  /** Folder of the scenario file: what groups name is relative to it, and lies below it. */
  readonly baseDir: string;
  /** Undefined where nothing lies there, or what may not be read. */
  readonly lyingAt: (path: string) => Lying | undefined;
}

export interface Project {
  readonly root: Part;
  readonly surroundings: ProjectSurroundings;
  readonly valueOf: Variables['valueOf'];
  readonly found: Found;
  /** Names of groups by those of services that run; undefined where none of that name does. */
  readonly groupOf: (service: string) => string | undefined;
  /** Drafts by the names of their services. */
  readonly drafts: ReadonlyMap<string, GroupDraft>;
}

export interface Taking {
  readonly name: string;
  readonly service: Part;
  readonly draft: GroupDraft;
  readonly project: Project;
}

/** What becomes of the value of a key. `path`: where it is in the compose file. */
export type Take = (part: Part, path: ProblemPath, taking: Taking) => void;

/** Where a path lies that a compose file names: on this machine, and as the scenario names it. */
export function lieOf(
  written: string,
  { place }: Part,
  { project }: Pick<Taking, 'project'>,
): { readonly absolute: string; readonly from: string; readonly isOutside: boolean } {
  const absolute = resolve(place.source.folder, written);
  const from = relative(project.surroundings.baseDir, absolute) || '.';
  return { absolute, from, isOutside: !isBelow(absolute, project.surroundings.baseDir) };
}

export function problem(
  { project }: Pick<Taking, 'project'>,
  at: Part,
  path: ProblemPath,
  message: string,
): void {
  project.found.problems.push({ place: at.place, path, message });
}

export function remark(
  { project }: Pick<Taking, 'project'>,
  at: Part,
  path: ProblemPath,
  message: string,
): void {
  project.found.remarks.push({ place: at.keyPlace, path, message });
}

/** @param words what is different without it, as the end of a sentence. */
export function remarkNotHonoured(
  taking: Pick<Taking, 'project'>,
  at: Part,
  path: ProblemPath,
  words: string,
): void {
  remark(taking, at, path, `is not honoured: ${words}`);
}
