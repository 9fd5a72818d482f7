// What is taken out of the texts of a run: the secrets it was handed, and what its scenario says openly under names of secrets.
import { TopolabError } from '../errors.ts';
import type { RunEvent } from '../record/event.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { hideValues, hidingStrings } from './text/hide-values.ts';
import type { TakenSecrets } from './take-secrets.ts';
import { HIDDEN } from './text/secret-names.ts';
import { namesIn, secretsOf } from './without-secrets.ts';

export interface Hiding {
  /** For logs, events and whatever else is written. */
  readonly hide: (text: string) => string;
  /** For the scenario as it was written: also what is too short to be looked for elsewhere. */
  readonly hideInSource: (text: string) => string;
  /** Events on their way to a terminal. */
  readonly hideInEvent: (event: RunEvent) => RunEvent;
  /** What ended a run, on its way to a terminal: it may quote a node's last log lines. */
  readonly hideInError: (error: unknown) => unknown;
}

export function hidingFor(scenario: Scenario, { values }: TakenSecrets): Hiding {
  const written = secretsOf(scenario);
  const names = namesIn(scenario);
  const secret = [...values, ...written.map(({ value }) => value)].filter((value) => !names.has(value));
  const hide = hideValues(secret);
  const hideInSource = (text: string): string =>
    written.reduce((rest, { name, value }) => {
      const assignment = new RegExp(
        `(\\b${RegExp.escape(name)}["']?\\s*[:=]\\s*[^\\n]*?)${RegExp.escape(value)}`,
        'g',
      );
      return rest.replaceAll(assignment, `$1${HIDDEN}`);
    }, hide(text));
  const hideInEvent = (event: RunEvent): RunEvent =>
    secret.length === 0 ? event : (JSON.parse(JSON.stringify(event, hidingStrings(hide))) as RunEvent);
  const hideInError = (error: unknown): unknown => {
    if (!(error instanceof TopolabError) || hide(error.message) === error.message) return error;
    const { code, hint, exitCode } = error;
    return new TopolabError(hide(error.message), { code, ...(hint === undefined ? {} : { hint }), exitCode });
  };
  return { hide, hideInSource, hideInEvent, hideInError };
}
