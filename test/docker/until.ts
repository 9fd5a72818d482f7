// Waiting in tests: until something is true, however slow the machine, instead of for a time.
import { setTimeout as sleep } from 'node:timers/promises';

/** Far beyond what anything here takes, on a machine that others use as well too. */
const WITHIN_MS = 120_000;
const EVERY_MS = 50;

/** Asks until the answer holds, and gives that answer. Fails after two minutes, and says what was answered last. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  holds: (answer: Answer) => boolean = Boolean,
): Promise<Answer> {
  const deadlineMs = performance.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > deadlineMs)
      throw new Error(`not within ${WITHIN_MS / 1000} s: ${what}; seen at last: ${JSON.stringify(answer)}`);
    await sleep(EVERY_MS);
  }
}
