// What the Docker API's failures mean. dockerode throws plain errors with a status code; these few questions about
// them are asked all over this folder.
import { messageOf, TopolabError } from '../../errors.ts';

/** HTTP status of a failed Docker API call, or undefined where there was no answer. */
export function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}

/** The daemon's own words, without the "(HTTP code 500) server error - " in front of them. */
export function causeOf(thrown: unknown): string {
  return messageOf(thrown)
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .trim();
}

/** Runs a call that may find its object gone (404), which is then as good as done: gives undefined. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The error of an operation that needs a running container where there is none. */
export function containerGone(id: string, attempted: string, cause?: unknown): TopolabError {
  return new TopolabError(`${attempted}: container ${id.slice(0, 12)} is not running any more`, {
    code: 'container-gone',
    cause,
  });
}
