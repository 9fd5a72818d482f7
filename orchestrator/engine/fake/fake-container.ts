// One container of the fake engine: its state, its output and its end.
import type { ContainerSpec, ContainerState, RunningContainer } from '../engine.ts';

/** What a fake container does. Without one it runs until it is signalled, and says nothing. */
export interface FakeProgram {
  /** Called once it has started. */
  readonly start?: (container: FakeContainer) => void;
  /** Called for every signal but SIGKILL. Without it a signal ends the container with 128 + its number. */
  readonly onSignal?: (container: FakeContainer, signal: string) => void;
}

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
/** These do not end a process. */
const harmlessSignals = new Set(['SIGSTOP', 'SIGCONT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']);

export class FakeContainer {
  readonly spec: ContainerSpec;
  /** Its addresses change when it is started again. */
  started: RunningContainer;
  readonly files: Map<string, Buffer>;
  readonly networks = new Set<string>();
  limits: { readonly cpus: number | null; readonly memoryBytes: number | null };
  output = '';
  exitCode: number | null = null;
  outOfMemory = false;
  paused = false;
  health: ContainerState['health'] = 'none';
  readonly #program: FakeProgram;
  #exited = Promise.withResolvers<number>();
  /** Lines of its log that are from before its latest start. */
  #linesBefore = 0;
  readonly #onExit: (container: FakeContainer) => void;
  readonly #listeners = new Set<() => void>();

  constructor(
    spec: ContainerSpec,
    started: RunningContainer,
    program: FakeProgram,
    onExit: (container: FakeContainer) => void,
  ) {
    this.spec = spec;
    this.started = started;
    this.limits = { cpus: spec.cpus, memoryBytes: spec.memoryBytes };
    this.files = new Map((spec.files ?? []).map(({ path, content }) => [path, Buffer.from(content)]));
    for (const { id } of [...(spec.network ? [spec.network] : []), ...(spec.alsoIn ?? [])])
      this.networks.add(id);
    this.#program = program;
    this.#onExit = onExit;
  }

  get running(): boolean {
    return this.exitCode === null;
  }

  /** Resolves when it has ended. */
  get exited(): Promise<number> {
    return this.#exited.promise;
  }

  /** Runs once more after its end, with the files and the log that it has. */
  again(started: RunningContainer): void {
    this.started = started;
    this.#linesBefore = this.#lineCount;
    this.exitCode = null;
    this.outOfMemory = false;
    this.#exited = Promise.withResolvers<number>();
  }

  begin(): void {
    this.#program.start?.(this);
  }

  /** Adds a line to its log. */
  print(line: string): void {
    this.say(`${line}\n`);
    this.output += `${line}\n`;
    this.#changed();
  }

  /** Writes without ending the line, which its log therefore never has. */
  say(text: string): void {
    const { output } = this.spec;
    if (output?.signal.aborted === false) output.onText('stdout', text);
  }

  signal(signal: string): void {
    if (!this.running) return;
    // As Docker does it: whoever is told to end has to be awake for it.
    this.paused = false;
    if (signal !== 'SIGKILL' && this.#program.onSignal) this.#program.onSignal(this, signal);
    else if (!harmlessSignals.has(signal)) this.end(128 + (signalNumbers[signal] ?? 0));
  }

  end(exitCode: number, outOfMemory = false): void {
    if (!this.running) return;
    this.exitCode = exitCode;
    this.paused = false;
    this.outOfMemory = outOfMemory;
    this.#onExit(this);
    this.#exited.resolve(exitCode);
    this.#changed();
  }

  /** Its log lines from its latest start on, until it ends or the signal aborts. */
  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    let given = this.#linesBefore;
    while (!signal.aborted) {
      const all = this.output.split('\n').slice(0, -1);
      while (given < all.length && !signal.aborted) yield all[given++] ?? '';
      if (!this.running || signal.aborted) return;
      if (this.#lineCount === given) await this.#nextChange(signal);
    }
  }

  get #lineCount(): number {
    return this.output.split('\n').length - 1;
  }

  async #nextChange(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#listeners.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#listeners.delete(resolve);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
