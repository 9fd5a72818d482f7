// Compose files that exist only in a test.
import { join } from 'node:path';
import {
  composeGroups,
  type ComposeGroups,
  type ComposeRequest,
} from '../../../orchestrator/compose/compose-groups.ts';
import type { ProjectSurroundings } from '../../../orchestrator/compose/service/taking.ts';
import { formatPath } from '../../../orchestrator/scenario/text/problem.ts';

const BASE = '/project';

export interface Around {
  /** Name below the project's folder → text. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
}

export function surroundingsOf({ files = {}, environment = {}, folders = [] }: Around): ProjectSurroundings {
  const textOf = (path: string): string | undefined =>
    Object.entries(files).find(([name]) => join(BASE, name) === path)?.[1];
  const owner = { user: 0, group: 0 };
  return {
    baseDir: BASE,
    readText: (path) => {
      const text = textOf(path);
      return text === undefined
        ? { ok: false, problem: 'there is no such file', unreadable: true }
        : { ok: true, text };
    },
    variable: (name) => environment[name],
    lyingAt: (path) => {
      if (textOf(path) !== undefined) return { kind: 'file', owner };
      return folders.some((name) => join(BASE, name) === path) ? { kind: 'folder', owner } : undefined;
    },
  };
}

/** Of `compose.yaml` with this text. */
export function composeOf(
  text: string,
  around: Around = {},
  request: Partial<ComposeRequest> = {},
): ComposeGroups {
  return composeGroups(
    { files: ['compose.yaml'], profiles: [], services: undefined, ...request },
    surroundingsOf({ ...around, files: { 'compose.yaml': text, ...around.files } }),
  );
}

/** `compose.yaml:3:5 services.web.image: …` */
export function linesOf(told: ComposeGroups['problems']): string[] {
  return told.map(
    ({ place: { file, line, column, path }, message }) =>
      `${file}:${line}:${column} ${path.length === 0 ? '' : `${formatPath(path)}: `}${message}`,
  );
}
