// Joins standard input and output to a TCP port, which with `docker exec -i` makes a byte stream from the orchestrator to there.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const CONNECT_MS = 10_000;
/** A tunnel whose container has just started does not listen yet: on a busy host it takes seconds to. */
const LISTENS_WITHIN_MS = 8000;
const TRY_EVERY_MS = 100;

/** Ends the process when either side ends. */
export async function relay(host: string, port: number): Promise<never> {
  const socket = await connectOnceListening(host, port);
  socket.setNoDelay(true);
  const quietly = async (copying: Promise<void>): Promise<void> => copying.catch(() => undefined);
  await Promise.race([quietly(pipeline(process.stdin, socket)), quietly(pipeline(socket, process.stdout))]);
  process.exit(0);
}

/** Tries again where it is refused. */
export async function connectOnceListening(
  host: string,
  port: number,
  withinMs = LISTENS_WITHIN_MS,
): Promise<Socket> {
  const giveUpMs = performance.now() + withinMs;
  for (;;) {
    const socket = connect({ host, port });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
      return socket;
    } catch (error) {
      socket.destroy();
      const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
      if (!isRefused || performance.now() > giveUpMs) throw error;
    }
    await sleep(TRY_EVERY_MS);
  }
}
