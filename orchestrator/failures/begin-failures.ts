// A failure study that begins: what is asked, kept in a folder of its own before the first trial.
import { makeRunId } from '../run/identity/run-id.ts';
import { valuesWithout, withoutSecrets } from '../secrets/without-secrets.ts';
import { FAILURES_VERSION, FailuresFolder, type FailureStudy, type Variant } from './failures-folder.ts';

export interface FailuresAsked
  extends Pick<FailureStudy, 'file' | 'mostPairs' | 'groups' | 'withinMs' | 'swarm'> {
  /** Of the scenario. */
  readonly name: string;
  /** With their secrets. */
  readonly variants: readonly Variant[];
}

/** Makes the folder of the study within `root`. Its scenarios have their secrets in the study that is returned, and not in the folder. */
export async function beginFailures(
  root: string,
  { name, variants, ...asked }: FailuresAsked,
): Promise<{ readonly folder: FailuresFolder; readonly study: FailureStudy }> {
  const study: FailureStudy = {
    schemaVersion: FAILURES_VERSION,
    study: makeRunId(name, new Date()),
    startedAtMs: Date.now(),
    ...asked,
    variants: variants.map(({ set, scenario }) => ({ set: valuesWithout(set), scenario })),
  };
  const kept = study.variants.map(({ set, scenario }) => ({ set, scenario: withoutSecrets(scenario) }));
  return { folder: await FailuresFolder.create(root, { ...study, variants: kept }), study };
}
