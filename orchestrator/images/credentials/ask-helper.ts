// Asks a credential helper (`docker-credential-pass` and the like) by its protocol: github.com/docker/docker-credential-helpers.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { patient } from '../../patience.ts';
import type { Env } from './docker-config.ts';

const Answer = z.object({ Username: z.string(), Secret: z.string() });

export type HelperAnswer = z.output<typeof Answer>;

/** A helper may ask a person for a passphrase; one that waits for longer waits for nobody. */
const answersWithinMs = 30_000;
/** A secret is some kilobytes at most. */
const mostCharacters = 1_000_000;
/** What every helper says of a registry that it knows nothing of. */
const knowsNothing = 'credentials not found';

/**
 * @param helper the end of the program's name, which is found by PATH.
 * @param registry as the helper knows it.
 * @returns undefined where it has no credentials for the registry.
 * @throws Error that says what the program did, and nothing of a secret.
 */
export async function askHelper(
  helper: string,
  registry: string,
  env: Env,
  withinMs = patient(answersWithinMs),
): Promise<HelperAnswer | undefined> {
  const program = `docker-credential-${helper}`;
  if (!/^[\w.-]+$/.test(helper)) throw new Error(`"${helper}" is no name of a credential helper`);
  const { exitCode, output } = await run(program, registry, env, withinMs);
  if (exitCode !== 0) {
    if (output.includes(knowsNothing)) return undefined;
    throw new Error(`${program} ended with exit code ${exitCode}${quoted(output)}`);
  }
  const answer = Answer.safeParse(asJson(output));
  if (!answer.success) throw new Error(`${program} answered something else than a user and a secret`);
  return answer.data;
}

async function run(
  program: string,
  registry: string,
  env: Env,
  withinMs: number,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const timeout = AbortSignal.timeout(withinMs);
  const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...env } });
  // Not by the signal of spawn: what the helper has started may hold its output open for ever.
  const given = new Promise<never>((_resolve, reject) => {
    timeout.addEventListener('abort', () => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      reject(new Error(`${program} did not answer within ${withinMs / 1000} s`));
    });
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          error.code === 'ENOENT'
            ? `there is no program ${program}`
            : `${program} can't be run: ${error.code}`,
        ),
      ),
    );
    child.once('exit', resolve);
  });
  // A helper that has ended without reading is told by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(`${registry}\n`);
  const [output, exitCode] = await Promise.race([Promise.all([text(child.stdout), ended]), given]);
  return { exitCode, output: output.slice(0, mostCharacters) };
}

/** Helpers say on stdout what went wrong. What looks like an answer is none of it. */
function quoted(output: string): string {
  const [line = ''] = output.trim().split('\n');
  return line === '' || line.startsWith('{') ? '' : `: ${line.slice(0, 200)}`;
}

function asJson(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
