// Joins standard input and output to a TCP port, which with `docker exec -i` makes a byte stream from the orchestrator to there.
import { once } from 'node:events';
import { connect } from 'node:net';
import { pipeline } from 'node:stream/promises';

const CONNECT_MS = 10_000;

/** Ends the process when either side ends. */
export async function relay(host: string, port: number): Promise<never> {
  const socket = connect({ host, port });
  await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
  socket.setNoDelay(true);
  const quietly = async (copying: Promise<void>): Promise<void> => copying.catch(() => undefined);
  await Promise.race([quietly(pipeline(process.stdin, socket)), quietly(pipeline(socket, process.stdout))]);
  process.exit(0);
}
