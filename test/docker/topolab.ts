// Runs the program as a person would, in a process of its own, and looks at what it leaves on the engine.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label, type Leftovers } from '../../orchestrator/engine/engine.ts';
import { ensureImages } from '../../orchestrator/images/ensure-images.ts';

const program = fileURLToPath(new URL('../../orchestrator/command-line/main.ts', import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the output so far contains the text or matches; rejects when the program ends without it. */
  readonly prints: (text: string | RegExp) => Promise<void>;
}

export function startTopolab(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const output = { stdout: '', stderr: '' };
  const onOutput = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      output[name] += chunk.toString();
      for (const listener of onOutput) listener();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...output }));
  });
  const prints = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const has = (part: string) => (typeof text === 'string' ? part.includes(text) : text.test(part));
      const look = () => {
        if (has(output.stdout) || has(output.stderr)) resolve();
      };
      onOutput.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without "${text}":\n${output.stdout}${output.stderr}`)));
    });
  return { process: child, ended, prints };
}

export async function topolab(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return await startTopolab(args, env).ended;
}

/** The image as it is to be launched, pulled or built where it is not there yet. */
export async function imageOn(engine: Engine, image: string): Promise<string> {
  const options = { signal: AbortSignal.timeout(600_000), allowSubstitutes: true, onStep: () => {} };
  return (await ensureImages(engine, [{ ref: image }], options)).get(image) ?? image;
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/docker/${name}`, import.meta.url));
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'topolab-test-'));
}

/** The one run in a folder of runs. */
export function onlyRun(runs: string): string {
  const [run, ...others] = readdirSync(runs);
  if (run === undefined || others.length > 0) throw new Error(`expected one run in ${runs}`);
  return join(runs, run);
}

/** Names of everything on the engine that carries the label of a run whose id starts with this. */
export async function leftOf(scenario: string): Promise<string[]> {
  await using engine = await connectDocker();
  return all(await engine.list())
    .filter(({ labels }) => labels[Label.run]?.startsWith(`${scenario}-`))
    .map(({ name }) => name);
}

/** Names of everything on the engine that one run has left, whatever others of its scenario go on. @param run its id, or its folder. */
export async function leftOfRun(run: string): Promise<string[]> {
  await using engine = await connectDocker();
  return all(await engine.list(basename(run))).map(({ name }) => name);
}

function all({ containers, networks, volumes }: Leftovers) {
  return [...containers, ...networks, ...volumes];
}
