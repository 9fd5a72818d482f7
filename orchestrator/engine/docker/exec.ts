// Commands in a running container: run to the end, or joined to a byte stream.
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isSilent } from '../engine-silent.ts';
import type { ExecResult } from '../engine.ts';
import type { Daemon } from './daemon.ts';
import { containerGone, statusOf } from './docker-errors.ts';
import { ExecStream } from './exec-stream.ts';
import { FrameParser } from './frames.ts';

/** Looks at a finished command's exit code, for the daemon may close its output a little before it knows the code. */
const exitCodeLooks = 100;
const exitCodePauseMs = 20;

/** See `Engine.exec`. Fails with `container-gone` where the container does not run. */
export async function exec(daemon: Daemon, id: string, argv: readonly string[]): Promise<ExecResult> {
  const { command, socket } = await begin(daemon, id, argv, false);
  const onClose = (): void => void socket.destroy(new Error('the engine was closed'));
  daemon.closed.addEventListener('abort', onClose);
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  try {
    const frames = new FrameParser();
    for await (const chunk of socket)
      for (const { source, data } of frames.push(chunk as Buffer)) output[source].push(data);
  } finally {
    daemon.closed.removeEventListener('abort', onClose);
    socket.destroy();
  }
  return {
    exitCode: await exitCodeOf(command, id),
    stdout: Buffer.concat(output.stdout).toString('utf8'),
    stderr: Buffer.concat(output.stderr).toString('utf8'),
  };
}

/**
 * See `Engine.openStream`. Ending the stream closes the command's standard input; destroying it does so too, and drops
 * what the command still says. Fails with `container-gone` where the container does not run.
 */
export async function openStream(daemon: Daemon, id: string, argv: readonly string[]): Promise<Duplex> {
  const { socket } = await begin(daemon, id, argv, true);
  const stream = new ExecStream(socket);
  const onClose = (): void => void stream.destroy();
  daemon.closed.addEventListener('abort', onClose);
  stream.once('close', () => daemon.closed.removeEventListener('abort', onClose));
  return stream;
}

async function begin(
  daemon: Daemon,
  id: string,
  argv: readonly string[],
  stdin: boolean,
): Promise<{ command: Docker.Exec; socket: Duplex }> {
  try {
    const command = await daemon.docker.getContainer(id).exec({
      Cmd: [...argv],
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
    });
    const socket = await command.start({ hijack: true, stdin });
    // A reset connection shows in the reading; the event alone must not end the process.
    socket.on('error', () => undefined);
    return { command, socket };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 409) throw containerGone(id, `cannot run ${argv[0]}`, error);
    throw error;
  }
}

async function exitCodeOf(command: Docker.Exec, id: string): Promise<number> {
  for (let look = 0; look < exitCodeLooks; look += 1) {
    const { Running: running, ExitCode: exitCode } = await command.inspect().catch((error: unknown) => {
      throw isSilent(error) ? error : containerGone(id, 'a command lost its container', error);
    });
    if (!running && exitCode !== null) return exitCode;
    await sleep(exitCodePauseMs);
  }
  throw containerGone(id, 'a command closed its output without ending');
}
