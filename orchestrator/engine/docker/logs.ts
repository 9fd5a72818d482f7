// What a container has said so far; and the reading of responses that go on.
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Daemon } from './daemon.ts';
import { unlessGone } from './docker-errors.ts';
import { FrameParser } from './frames.ts';

/** See `Engine.logs`. */
export async function logs(
  daemon: Daemon,
  id: string,
  options: { readonly tailLines?: number } = {},
): Promise<string> {
  const tail = options.tailLines === undefined ? {} : { tail: options.tailLines };
  const container = daemon.docker.getContainer(id);
  const output = await unlessGone(container.logs({ stdout: true, stderr: true, ...tail }));
  if (output === undefined) return '';
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  return new FrameParser()
    .push(output)
    .map((piece) => decoders[piece.source].write(piece.data))
    .join('');
}

/** A response's chunks. Ends, rather than fails, on abort; closes the connection when the reader leaves. */
export async function* untilAborted(
  response: NodeJS.ReadableStream,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (!(response instanceof Readable)) throw new TypeError('the Docker client gave no readable stream');
  const onAbort = (): void => void response.destroy();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    response.destroy();
  }
}
