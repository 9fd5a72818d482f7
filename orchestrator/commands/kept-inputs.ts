// What trials are made with beside the scenario, which their folder holds: scripts and images. Trials that are gone on with after one of them has changed
// would be of another system, and be counted together with those before.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, TopolabError } from '../errors.ts';
import { fingerprintOf } from '../load/bundle-script.ts';
import { parseDocument } from '../record/folder/saved-documents.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { writeWhole } from '../write-whole.ts';

const inputsDocument = z.object({
  schemaVersion: z.literal(1),
  /** Path of the script → hash of it, and of all that it imports and opens. */
  scripts: z.record(z.string(), z.string()),
  /** Reference → id. */
  images: z.record(z.string(), z.string()),
});

type Inputs = z.infer<typeof inputsDocument>;

/**
 * Keeps them in `inputs.json` the first time, and holds them against it when trials are gone on with. A folder of an earlier version has none, and gets it.
 * @throws TopolabError `inputs-changed` (exit code 2), naming what has changed.
 */
export async function keepInputs(
  folder: string,
  scenarios: readonly Pick<Scenario, 'loads'>[],
  environments: readonly Pick<DeploymentEnvironment, 'images'>[],
): Promise<void> {
  const path = join(folder, 'inputs.json');
  const inputs: Inputs = {
    schemaVersion: 1,
    scripts: await scriptsOf(scenarios),
    images: Object.fromEntries(
      environments.flatMap(({ images = {} }) => Object.entries(images).map(([ref, { id }]) => [ref, id])),
    ),
  };
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return await writeWhole(path, `${JSON.stringify(inputs, null, 2)}\n`);
  const before = parseDocument(path, text, inputsDocument);
  const changed = [
    ...changedIn(before.scripts, inputs.scripts).map((name) => `script ${name}`),
    ...changedIn(before.images, inputs.images).map((name) => `image ${name}`),
  ];
  if (changed.length === 0) return;
  throw new TopolabError(`go on with ${folder}: ${changed.join(' and ')} changed since it was begun`, {
    code: 'inputs-changed',
    hint: 'Its trials would be of two different systems: restore what was changed, or start again from the beginning.',
    exitCode: ExitCode.usage,
  });
}

async function scriptsOf(scenarios: readonly Pick<Scenario, 'loads'>[]): Promise<Record<string, string>> {
  const loads = new Map(scenarios.flatMap((each) => each.loads.map((load) => [load.scriptPath, load])));
  return Object.fromEntries(
    await Promise.all([...loads].map(async ([path, load]) => [path, await fingerprintOf(load)] as const)),
  );
}

/** What is on one side alone has not changed: Topolab's own images have other names with each version of it. */
function changedIn(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(now).filter((name) => before[name] !== undefined && before[name] !== now[name]);
}
