// A container's output line by line as it comes. Docker's following can end just before a container's last words, so what
// was missed is read once more at the end; timestamps tell which that is.
import type Docker from 'dockerode';
import type { Daemon } from './daemon.ts';
import { unlessGone } from './docker-errors.ts';
import { FrameParser, type Piece } from './frames.ts';
import { LineSplitter } from './line-splitter.ts';
import { untilAborted } from './logs.ts';

const space = 0x20;
/** The sources' timestamps may be a little out of order among each other; further back nothing can be missing. */
const lookBackMs = 2_000;

/** See `Engine.followLogs`. A line's parts may come in several frames, and those of stdout and stderr take turns. */
export async function* followLogs(daemon: Daemon, id: string, signal: AbortSignal): AsyncGenerator<string> {
  const abortSignal = AbortSignal.any([signal, daemon.closed]);
  if (abortSignal.aborted) return;
  const container = daemon.docker.getContainer(id);
  const asked = { stdout: true, stderr: true, timestamps: true };
  const seen = await unlessGone(container.inspect());
  if (seen === undefined) return;
  const stream = await unlessGone(container.logs({ ...asked, ...sinceLastEnd(seen), follow: true }));
  if (stream === undefined) return;

  const sources = { stdout: new StampedLines(), stderr: new StampedLines() };
  const frames = new FrameParser();
  for await (const chunk of untilAborted(stream, abortSignal))
    for (const piece of frames.push(chunk)) yield* sources[piece.source].push(piece);
  if (abortSignal.aborted) return;

  const latestMs = Math.max(sources.stdout.catchUp(), sources.stderr.catchUp());
  const since = Math.max(0, latestMs - lookBackMs) / 1_000;
  const rest = await unlessGone(container.logs({ ...asked, since }));
  for (const piece of new FrameParser().push(rest ?? Buffer.alloc(0)))
    yield* sources[piece.source].push(piece);
  yield* [...sources.stdout.end(), ...sources.stderr.end()];
}

/** Where it has ended before and was started again: a log goes on, and what it said then is not of this start. */
function sinceLastEnd({ State: state }: Docker.ContainerInspectInfo): { readonly since?: number } {
  const endedMs = Date.parse(state.FinishedAt);
  // One that never ended did so in the year 1.
  return state.Running && endedMs > 0 ? { since: endedMs / 1_000 } : {};
}

/** Lines of one source, out of frames that each begin with a timestamp of fixed width and a space. */
class StampedLines {
  readonly #lines = new LineSplitter();
  #stamp = '';
  #inStamp = false;
  /** Frames up to this time have been seen; undefined = take every frame, as parts of a long line share one time. */
  #seenTo: string | undefined;

  push({ data, starts }: Piece): string[] {
    let text = data;
    if (starts) {
      this.#stamp = '';
      this.#inStamp = true;
    }
    if (this.#inStamp) {
      const end = data.indexOf(space);
      this.#stamp += data.toString('latin1', 0, end < 0 ? data.length : end);
      if (end < 0) return [];
      this.#inStamp = false;
      text = data.subarray(end + 1);
    }
    if (this.#seenTo !== undefined && this.#stamp <= this.#seenTo) return [];
    return this.#lines.push(text);
  }

  /** From now on only takes what is newer. Gives the time it has come to, milliseconds since 1970; 0 = nothing seen. */
  catchUp(): number {
    this.#seenTo = this.#stamp;
    return this.#stamp === '' ? 0 : Date.parse(this.#stamp);
  }

  end(): string[] {
    return this.#lines.end();
  }
}
