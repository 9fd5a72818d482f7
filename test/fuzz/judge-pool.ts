// Worker processes that judge files, each within bounds. A file that goes beyond one is tried again in a fresh process: only what
// happens there as well is the file's doing.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Judgement } from './judge-file.ts';
import type { Answer } from './worker.ts';

/** CPU time, so that a busy host makes no file slow. */
const MOST_CPU_MS = 5000;
const MOST_MIB = 512;
/** Wall-clock time after which a process is taken for one that never answers. */
const SILENT_MS = 60_000;
/** Processes grow with what they keep; a fresh one now and then makes the bound of one file mean something. */
const MOST_FILES = 2000;

export type Finding = Judgement | { readonly kind: 'slow' | 'large' | 'silent'; readonly detail: string };

export class FileJudge implements AsyncDisposable {
  #child: ChildProcess | undefined;
  #files = 0;

  async judge(path: string): Promise<Finding> {
    const first = await this.#ask(path);
    if (first.kind === 'valid' || first.kind === 'refused') return first;
    await this.#end();
    const again = await this.#ask(path);
    await this.#end();
    return again;
  }

  async #ask(path: string): Promise<Finding> {
    if (this.#files >= MOST_FILES) await this.#end();
    this.#files += 1;
    this.#child ??= fork(new URL('./worker.ts', import.meta.url), [], {
      execArgv: ['--max-old-space-size=1024', '--max-semi-space-size=16'],
    });
    const child = this.#child;
    const answer = await answerOf(child, path);
    if (typeof answer !== 'string') return found(answer);
    if (answer === 'silent') await this.#end();
    this.#child = undefined;
    return answer === 'silent'
      ? { kind: 'silent', detail: `no answer within ${SILENT_MS / 1000} s` }
      : { kind: 'large', detail: 'the process ended, out of memory or by a crash of its engine' };
  }

  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#files = 0;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

function answerOf(child: ChildProcess, path: string): Promise<Answer | 'silent' | 'ended'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done('silent'), SILENT_MS);
    const onMessage = (message: unknown) => done(message as Answer);
    const onExit = () => done('ended');
    function done(answer: Answer | 'silent' | 'ended'): void {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(answer);
    }
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(path);
  });
}

function found({ judgement, cpuMs, maxRssMiB }: Answer): Finding {
  if (judgement.kind !== 'valid' && judgement.kind !== 'refused') return judgement;
  if (cpuMs > MOST_CPU_MS) return { kind: 'slow', detail: `${Math.round(cpuMs)} ms of CPU time` };
  if (maxRssMiB > MOST_MIB) return { kind: 'large', detail: `${Math.round(maxRssMiB)} MiB` };
  return judgement;
}
