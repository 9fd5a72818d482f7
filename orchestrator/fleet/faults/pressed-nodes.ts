// The nodes on whose resources faults press: in each of them the engine runs one program, which is told all that is wanted.
import type { Containers } from '../../cluster/containers.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { type Pressure, pressureLine } from '../../faults/pressure/pressure.ts';
import type { PressureFigures } from '../../faults/pressure/pressure-figures.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';
import { PressureProgram } from '../../pressure/pressure-program.ts';
import { PRESSURE_COMMAND } from '../../pressure/pressure-volume.ts';
import type { Recorder } from '../../record/recorder.ts';
import { diskOf } from '../../scenario/groups/disk-of.ts';
import type { PresentNode } from '../nodes/node.ts';

/** The engine sees a node's end a little after its programs are gone. */
const SEEN_GONE_WITHIN_MS = 5000;
/** Workers that get a turn at the CPU now and then have had one by then. */
const LOOK_AFTER_MS = 200;
/** How long a program that is told to end may take for it. */
const END_WITHIN_MS = 10_000;

export class PressedNodes {
  readonly #containers: Pick<Containers, 'openStream' | 'inspect' | 'wait'>;
  readonly #recorder: Pick<Recorder, 'warn'>;
  readonly #seenGoneWithinMs: number;
  /** By container id. */
  readonly #programs = new Map<string, PressureProgram>();

  /** @param seenGoneWithinMs how long after the end of its programs a node may still be taken for running. */
  constructor(
    containers: Pick<Containers, 'openStream' | 'inspect' | 'wait'>,
    recorder: Pick<Recorder, 'warn'>,
    seenGoneWithinMs = patient(SEEN_GONE_WITHIN_MS),
  ) {
    this.#containers = containers;
    this.#recorder = recorder;
    this.#seenGoneWithinMs = seenGoneWithinMs;
  }

  /** See `FaultHost.press`. A node that has gone, or goes for lack of what is taken, is no error. */
  async press(node: PresentNode, pressure: Pressure): Promise<void> {
    if (pressure.length === 0) return await this.#release(node);
    const program = await this.#programIn(node);
    if (program === undefined) return;
    let failed: string | undefined;
    try {
      failed = await program.want(pressureLine(pressure, diskOf(node.group)?.path ?? null));
    } catch (error) {
      if (await this.#isGone(node)) return;
      const why = program.isOver
        ? 'its program ended at once; is the limit of processes of the node (`pids`) reached?'
        : messageOf(error);
      throw notPressed(node, why);
    }
    if (failed !== undefined) throw notPressed(node, failed);
  }

  /** What its program has used and holds, a fifth of a second later; undefined where none runs there. */
  async lookAt({ container: { id } }: PresentNode): Promise<PressureFigures | undefined> {
    await pause(LOOK_AFTER_MS);
    const program = this.#programs.get(id);
    return program === undefined || program.isOver ? undefined : await program.look();
  }

  async #programIn(node: PresentNode): Promise<PressureProgram | undefined> {
    const { id } = node.container;
    const running = this.#programs.get(id);
    if (running !== undefined && !running.isOver) return running;
    let program: PressureProgram;
    try {
      program = new PressureProgram(await this.#containers.openStream(id, PRESSURE_COMMAND));
    } catch (error) {
      const state = await this.#containers.inspect(id);
      if (state?.running !== true) return undefined;
      throw notPressed(
        node,
        state.paused ? 'it is paused, and nothing can be started in it' : messageOf(error),
      );
    }
    this.#programs.set(id, program);
    void program.ended.then(() => this.#ended(node, program));
    return program;
  }

  async #release(node: PresentNode): Promise<void> {
    const program = this.#programs.get(node.container.id);
    if (program === undefined) return;
    program.end();
    const late = AbortSignal.timeout(patient(END_WITHIN_MS));
    const isLate = new Promise<true>((resolve) => late.addEventListener('abort', () => resolve(true)));
    if ((await Promise.race([program.ended, isLate])) !== true) return;
    program.abandon();
    const state = await this.#containers.inspect(node.container.id);
    // Its input has ended: that is the first that it hears of when it goes on.
    if (state?.running === true && !state.paused) throw notPressed(node, 'its program has not ended yet');
  }

  /** Where nobody told it to, and the node goes on without it: the kernel has killed it. */
  async #ended(node: PresentNode, program: PressureProgram): Promise<void> {
    const { id } = node.container;
    if (this.#programs.get(id) === program) this.#programs.delete(id);
    if (program.isToldToEnd || (await this.#isGone(node).catch(() => true))) return;
    this.#recorder.warn(
      `The pressure on ${node.name} ended before it was taken back: its program was killed.`,
    );
  }

  /** Waits for it a while: without memory it goes together with the program. */
  async #isGone({ container: { id } }: PresentNode): Promise<boolean> {
    if ((await this.#containers.inspect(id))?.running !== true) return true;
    const limit = AbortSignal.timeout(this.#seenGoneWithinMs);
    return await this.#containers.wait(id, limit).then(
      () => true,
      () => !limit.aborted,
    );
  }
}

function notPressed({ name }: PresentNode, why: string): TopolabError {
  return new TopolabError(`press on ${name}: ${why}`, { code: 'not-pressed' });
}
