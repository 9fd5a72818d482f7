// Secrets of a scenario, taken when a command begins and held in memory only.
import { realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { parseEnvFile } from '../compose/file/env-file.ts';
import type { FileToPlace } from '../engine/engine.ts';
import { ExitCode, messageOf, TopolabError } from '../errors.ts';
import { isBelow } from '../scenario/text/is-below.ts';
import { fileProblem } from '../scenario/text/read-bounded.ts';
import type { SecretSource } from '../scenario/groups/group.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Longest that a secret may be: what Linux takes as one variable, halved. */
const MOST_BYTES = 64 * 1024;

/** Of all secrets of a node that are variables; beside them stand its other variables and its command. */
const MOST_IN_ENVIRONMENT = 512 * 1024;

/** What one group or load is handed. */
export interface HandedSecrets {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly FileToPlace[];
}

export interface TakenSecrets {
  /** Of the group or load of this name. */
  readonly of: (owner: string) => HandedSecrets;
  /** Each once. */
  readonly values: readonly string[];
}

/** Of a scenario that has none. */
export const noSecrets: TakenSecrets = { of: () => ({ env: {}, files: [] }), values: [] };

/**
 * Reads the secrets of every group and load.
 * @throws TopolabError `secret-missing` (exit code 2), which lists all that are missing.
 */
export async function takeSecrets(
  { groups, loads }: Pick<Scenario, 'groups' | 'loads'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<TakenSecrets> {
  const problems: string[] = [];
  const taken = new Map<string, HandedSecrets>();
  const values = new Set<string>();
  for (const { name: owner, secrets } of [...groups, ...loads]) {
    const handed = { env: {} as Record<string, string>, files: [] as FileToPlace[] };
    for (const [name, source] of Object.entries(secrets)) {
      try {
        const value = await read(source, env);
        values.add(value);
        // Whoever the image runs as must be able to read it.
        if (source.path === null) handed.env[name] = value;
        else handed.files.push({ path: source.path, content: value, mode: 0o444 });
      } catch (cause) {
        problems.push(`  ${owner}.secrets.${name}: ${messageOf(cause)}`);
      }
    }
    const bytes = Object.values(handed.env).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
    if (bytes > MOST_IN_ENVIRONMENT)
      problems.push(
        `  ${owner}.secrets: ${Math.ceil(bytes / 1024)} KiB in all, and a program can be handed ${MOST_IN_ENVIRONMENT / 1024} KiB; hand over some as files, with \`path\``,
      );
    taken.set(owner, handed);
  }
  if (problems.length > 0) {
    throw new TopolabError(`take the scenario's secrets:\n${problems.join('\n')}`, {
      code: 'secret-missing',
      hint: 'Secrets are read when the command starts: set the variable, or write the file, before it.',
      exitCode: ExitCode.usage,
    });
  }
  return { of: (owner) => taken.get(owner) ?? noSecrets.of(owner), values: [...values] };
}

/** What is wrong with a secret's file; undefined where nothing is. */
export async function secretFileProblem(
  source: Extract<SecretSource, { kind: 'file' }>,
): Promise<string | undefined> {
  try {
    await read(source, {});
    return undefined;
  } catch (cause) {
    return messageOf(cause);
  }
}

async function read(
  source: SecretSource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const value = source.kind === 'env' ? env[source.variable] : inFile(source, await readBelow(source), env);
  if (value === undefined)
    throw new Error(`${source.kind === 'env' ? 'the environment' : source.file} has no ${source.variable}`);
  if (value === '') throw new Error('it is empty');
  if (value.includes('\0')) throw new Error('it holds a zero byte');
  if (Buffer.byteLength(value) > MOST_BYTES) throw new Error('it is longer than 64 KiB');
  return value;
}

/** What a file of variables has under a name, or all that a file holds. */
function inFile(
  { variable }: Extract<SecretSource, { kind: 'file' }>,
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (variable === undefined) return text;
  return parseEnvFile(text, { valueOf: (name) => env[name] }).values.get(variable);
}

/** A scenario file may be a stranger's: it names files of its own folder, not any of this machine's. */
async function readBelow({ file, within }: Extract<SecretSource, { kind: 'file' }>): Promise<string> {
  const problem = fileProblem(file);
  if (problem !== undefined) throw new Error(`${file} can't be read: ${problem}`);
  const real = realpathSync(file);
  if (!isBelow(real, realpathSync(within))) {
    throw new Error(
      `${file} is not below the scenario's folder; hand it over by a variable: { env: NAME } and NAME="$(cat FILE)"`,
    );
  }
  if ((await stat(real)).size > MOST_BYTES) throw new Error('it is longer than 64 KiB');
  return (await readFile(real, 'utf8')).replace(/\r?\n$/, '');
}
