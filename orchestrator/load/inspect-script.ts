// Asks k6 about a script before the system under test is launched: mistakes in it are the user's to mend, and take a second to find here.
import type { Containers } from '../cluster/containers.ts';
import type { ContainerSpec } from '../engine/engine.ts';
import { engineSilent } from '../engine/engine-silent.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import { patient } from '../patience.ts';
import type { Load } from '../scenario/load/load.ts';
import { PUT_ASIDE } from './in-k6/marks.ts';
import { inUsersTerms, k6Errors, markedIn } from './k6-log.ts';
import { readScriptFacts, type ScriptFacts } from './script-facts.ts';

/** A script that takes longer in its init context would also be late for its load. */
const WITHIN_MS = 120_000;

/** @param spec of the container in which k6 looks at the script; it is gone when this resolves. */
export async function inspectScript(
  containers: Pick<Containers, 'launch' | 'wait' | 'logs' | 'remove'>,
  load: Load,
  spec: ContainerSpec,
  signal: AbortSignal,
): Promise<ScriptFacts> {
  const container = await containers.launch(spec, signal);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(engineSilent(`see the end of ${spec.name}`, patient(WITHIN_MS))),
    patient(WITHIN_MS),
  );
  try {
    const exitCode = await Promise.race([containers.wait(container.id), late]);
    const log = await containers.logs(container.id, {});
    if (exitCode !== 0) throw refused(load, log, `k6 rejects it with exit code ${exitCode}`);
    const putAside = markedIn(log, PUT_ASIDE).flatMap((names) => names.split(', '));
    const facts = readScriptFacts(log, putAside);
    if (facts === undefined) throw refused(load, log, 'k6 printed nothing about it');
    return facts;
  } finally {
    clearTimeout(timer);
    // Where that fails, it goes with all the rest of the run, and nothing that was found is lost.
    await containers.remove(container.id).catch(() => {});
  }
}

/** Of a problem that lies in the script: `script-invalid`, exit 2. */
export function refused(load: Load, log: string, seen: string): TopolabError {
  const errors = k6Errors(log, load.scriptPath);
  const last = () => inUsersTerms(log.trimEnd(), load.scriptPath).split('\n').slice(-15);
  return scriptFault(load, errors.length > 0 ? errors : last(), seen);
}

export function scriptFault({ name, script }: Load, lines: readonly string[], seen: string): TopolabError {
  return new TopolabError(
    `use script ${script} of load ${name}: ${seen}\n${lines.join('\n').replaceAll(/^/gm, '  | ')}`,
    {
      code: 'script-invalid',
      hint: hintFor(lines),
      exitCode: ExitCode.usage,
    },
  );
}

function hintFor(lines: readonly string[]): string {
  const text = lines.join('\n');
  if (text.includes("function 'default' not found"))
    return "Export a default function, or write `model: script` and name others in the script's `options.scenarios`.";
  if (/no such file or directory|couldn't be found on local disk/.test(text))
    return 'If the script computes the names that it open()s, list those files under `files:` of the load.';
  return 'Correct the script; the lines above come from k6.';
}
