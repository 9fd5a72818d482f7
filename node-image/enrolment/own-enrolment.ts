// How this node itself is enrolled: it presents the invitation that it was given, and keeps the credential that it gets for it.
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../process/log.ts';
import { messageOf, NodeError } from '../process/node-error.ts';
import { rightTimeMs } from '../process/right-time.ts';

/** Whoever is to enrol it may not be there yet. */
const retryMs = 100;
const answerWithinMs = 5000;

export class OwnEnrolment {
  readonly #node: string;
  #credential: string | undefined;
  #by = '';
  #atMs = 0;

  constructor(node: string) {
    this.#node = node;
  }

  /** Undefined before it is enrolled. */
  get credential(): string | undefined {
    return this.#credential;
  }

  readonly unreadyBecause = (): string | undefined =>
    this.#credential === undefined ? 'not enrolled yet' : undefined;

  /** When, milliseconds since 1970, and by whom; nulls before. */
  status(): { readonly enrolledAtMs: number | null; readonly by: string | null } {
    return this.#credential === undefined
      ? { enrolledAtMs: null, by: null }
      : { enrolledAtMs: this.#atMs, by: this.#by };
  }

  /**
   * Asks until somebody answers.
   * @param base of who enrols: `http://servers:8080`
   * @throws NodeError `not-enrolled` where the invitation is refused: it will not get better.
   */
  async enrol(base: string, token: string): Promise<void> {
    for (;;) {
      const answer = await this.#ask(base, token);
      if (answer?.status === 201) {
        const { credential, by } = (await answer.json()) as { credential: string; by: string };
        [this.#credential, this.#by, this.#atMs] = [credential, by, rightTimeMs()];
        log('info', 'enrolled', { by });
        return;
      }
      if (answer !== undefined && answer.status >= 400 && answer.status < 500)
        throw new NodeError(`enrol at ${base}: status ${answer.status}, ${await answer.text()}`, {
          code: 'not-enrolled',
        });
      await sleep(retryMs);
    }
  }

  async #ask(base: string, token: string): Promise<Response | undefined> {
    try {
      return await fetch(new URL('/enrolments', base), {
        method: 'POST',
        body: JSON.stringify({ node: this.#node, token }),
        signal: AbortSignal.timeout(answerWithinMs),
      });
    } catch (error) {
      log('info', 'nobody enrols yet', { why: messageOf(error) });
      return undefined;
    }
  }
}
