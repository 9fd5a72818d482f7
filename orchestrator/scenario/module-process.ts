// Runs in a process of its own: loads a scenario's module, and answers with what it comes to. Code may do anything: end the process,
// wait for ever, throw later. All of that ends this process, not the program.
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { GivenValues } from './parameters/apply-parameters.ts';
import { append, type Problem } from './text/problem.ts';
import { plainValue } from './text/plain-value.ts';
import { resolveBeside } from './resolve-beside.ts';
import type { Resolved } from './resolve-scenario.ts';

export interface ModuleQuestion {
  /** Absolute. */
  readonly path: string;
  readonly set: GivenValues;
}

export type ModuleAnswer =
  | { readonly kind: 'resolved'; readonly resolved: Resolved }
  /** The whole module is wrong: `could not be loaded: …`. */
  | { readonly kind: 'failed'; readonly message: string };

const WAITS: ModuleAnswer = {
  kind: 'failed',
  message: 'waits for something that never comes: an await outside of functions does not end',
};

process.once('message', (question: ModuleQuestion) => {
  // The question has been asked: from here on only the module keeps this process going.
  process.channel?.unref();
  // Not awaited here: Node would tell of an await that never ends in words of its own.
  void answer(question).then(reply);
});
// Nothing is left to do and no answer has come: the module waits for something that nobody will bring.
process.once('beforeExit', () => reply(WAITS));
process.once('uncaughtException', (error) => reply(couldNotBeLoaded(error)));
endWithParent();

/** A loop in the module would outlive a parent that was killed. The thread goes on beside it; it keeps nothing going. */
function endWithParent(): void {
  const look = `if (process.ppid !== ${process.ppid}) process.kill(-process.pid, 'SIGKILL');`;
  new Worker(`setInterval(() => { ${look} }, 500)`, { eval: true }).unref();
}

function reply(answered: ModuleAnswer): void {
  process.send?.(answered);
}

async function answer({ path, set }: ModuleQuestion): Promise<ModuleAnswer> {
  let input: unknown;
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    // What it has left unhandled shows before this goes on.
    await setImmediate();
    input = Reflect.get(Object(module), 'default');
  } catch (error) {
    return couldNotBeLoaded(error);
  }
  if (input === undefined)
    return { kind: 'failed', message: 'has no default export; write export default defineScenario({ … })' };
  return { kind: 'resolved', resolved: resolveExport(input, path, set) };
}

function couldNotBeLoaded(error: unknown): ModuleAnswer {
  const message = messageOf(error);
  const hint = message.includes('outside a module')
    ? '; name the file .mts, or write "type": "module" in package.json'
    : '';
  return { kind: 'failed', message: `could not be loaded: ${message}${hint}` };
}

function resolveExport(input: unknown, path: string, set: GivenValues): Resolved {
  const problems: Problem[] = [];
  const plain = (value: unknown): unknown => {
    const { data, problems: found } = plainValue(value);
    append(problems, found);
    return data;
  };
  const resolved = resolveBeside(path, withBuild(input, plain), set);
  if (problems.length === 0) return resolved;
  // What is missing only because it was left out is no second problem, nor that nothing is left of what it was in.
  const known = new Set(
    problems
      .flatMap(({ path: place, at }) => (at === 'key' ? [place, place.slice(0, -1)] : [place]))
      .map((place) => JSON.stringify(place)),
  );
  const others = resolved.ok
    ? []
    : resolved.problems.filter((problem) => !known.has(JSON.stringify(problem.path)));
  return {
    ok: false,
    problems: [...problems, ...others],
    givenProblems: resolved.ok ? [] : resolved.givenProblems,
  };
}

/** Plain data, but for the function that makes the scenario from its parameters. */
function withBuild(input: unknown, plain: (value: unknown) => unknown): unknown {
  const build = buildOf(input);
  if (build === undefined) return plain(input);
  const parameters = plain({ parameters: Reflect.get(Object(input), 'parameters') as unknown });
  const built = (values: unknown): unknown => {
    const value = build(values);
    if (value instanceof Promise)
      throw new TypeError('it gives back a promise; write a function that is not async');
    return plain(value);
  };
  return { ...Object(parameters), build: built };
}

type Build = (values: unknown) => unknown;

function buildOf(input: unknown): Build | undefined {
  try {
    const build: unknown = Reflect.get(Object(input), 'build');
    return typeof build === 'function' ? (build as Build) : undefined;
  } catch {
    return undefined;
  }
}
