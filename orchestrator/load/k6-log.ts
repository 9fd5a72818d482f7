// What k6 says of a script, in the user's terms: its own file and line, without the parts that stand around it. Pure.
import { dirname, relative } from 'node:path';
import { FOLDED_TAG } from './in-k6/marks.ts';

/** Folder of the script inside a generator. Source maps place the user's files beside the bundle. */
export const SCRIPT_FOLDER = '/topolab/load';

const ERROR = /level=(?:error|fatal)\s+msg="((?:[^"\\]|\\.)*)"/;
const MESSAGE = /level=\w+\s+msg="((?:[^"\\]|\\.)*)"/;
/** A place in a stack: what follows line and column is an offset in k6's own code. */
const OFFSET = /(:\d+:\d+)\(\d+\)/g;

/** What was wrong, a line each; empty where k6 did not say. Paths are relative to the folder that the program runs in. */
export function k6Errors(log: string, scriptPath: string): string[] {
  const found = log.split('\n').flatMap((line) => {
    const [, quoted] = ERROR.exec(line) ?? [];
    return quoted === undefined ? [] : [unquote(quoted)];
  });
  return [...new Set(found)].flatMap((message) => inUsersTerms(message, scriptPath).split('\n'));
}

/** Paths of a container as they are here, and no line about what Topolab wraps around a script. */
export function inUsersTerms(text: string, scriptPath: string): string {
  const folder = relative(process.cwd(), dirname(scriptPath));
  const here = folder === '' ? '' : `${folder}/`;
  return text
    .split('\n')
    .filter((line) => !/\/load\/in-k6\/|at \w+ \(native\)/.test(line))
    .join('\n')
    .replaceAll(`file://${SCRIPT_FOLDER}/`, here)
    .replaceAll(`${SCRIPT_FOLDER}/`, here)
    .replaceAll(OFFSET, '$1')
    .trimEnd();
}

/** Texts that begin with this mark, each once. */
export function markedIn(log: string, mark: string): string[] {
  const found = log.split('\n').flatMap((line) => {
    const [, quoted] = MESSAGE.exec(line) ?? [];
    const text = quoted === undefined ? '' : unquote(quoted);
    return text.startsWith(mark) ? [text.slice(mark.length)] : [];
  });
  return [...new Set(found)];
}

/** Names of the tags that had too many values. */
export function foldedTags(log: string): string[] {
  return markedIn(log, FOLDED_TAG);
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    return quoted;
  }
}
