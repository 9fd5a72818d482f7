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

/**
 * The error of a call on a Swarm's manager where too few managers are up to agree on anything, which Docker says after 20 s at most; undefined of any
 * other.
 */
export function withoutLeader(attempted: string, cause: unknown): TopolabError | undefined {
  if (!/does not have a leader|context deadline exceeded/i.test(causeOf(cause))) return undefined;
  return new TopolabError(
    `${attempted}: the managers of the Swarm do not agree on it, because too few of them are up, or answer in time`,
    {
      code: 'swarm-without-leader',
      hint: 'More than half of them must be up and reach each other (`docker node ls` then lists all): start those that are missing, or wait where they are just joining. Where they are gone for good: docker swarm init --force-new-cluster, on one that is left.',
      cause,
    },
  );
}

/** The error of an operation that needs a running container where there is none. */
export function containerGone(id: string, attempted: string, cause?: unknown): TopolabError {
  return new TopolabError(`${attempted}: container ${id.slice(0, 12)} is not running any more`, {
    code: 'container-gone',
    cause,
  });
}
