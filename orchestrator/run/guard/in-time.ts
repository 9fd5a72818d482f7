// Asking an engine that may have gone: an answer that does not come is one too.
import { patient } from '../../patience.ts';

/** How long Docker may take for a question about the reaper before it counts as gone. */
const ANSWERS_WITHIN_MS = 10_000;

/** The answer, or an error where it has not come in time. */
export async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const withinMs = patient(ANSWERS_WITHIN_MS);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
