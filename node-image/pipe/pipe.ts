// `topolab-node pipe`: joins standard input and output to the agent's Unix socket. With `docker exec -i` this makes a byte stream from
// the orchestrator to the agent through the Docker API alone.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeError } from '../process/node-error.ts';
import { pipeEnvironment } from '../contract/agent-environment.ts';
import type { Env } from '../contract/env-reader.ts';

/** The agent may have been started only a moment ago. */
const connectMs = 5000;
const retryMs = 25;
/** What is still to come once one side has ended. */
const flushMs = 1000;

/** Ends the process when either side ends. */
export async function runPipe(env: Env): Promise<void> {
  const socket = await connectSoon(pipeEnvironment.read(env).socket);
  const quietly = async (copying: Promise<void>): Promise<void> => copying.catch(() => undefined);
  const outward = quietly(pipeline(process.stdin, socket));
  const inward = quietly(pipeline(socket, process.stdout));
  await Promise.race([outward, inward]);
  await Promise.race([inward, sleep(flushMs)]);
  process.exit(0);
}

async function connectSoon(path: string): Promise<Socket> {
  const deadlineMs = performance.now() + connectMs;
  for (;;) {
    const socket = connect({ path, allowHalfOpen: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (cause) {
      if (performance.now() > deadlineMs) {
        throw new NodeError(`No agent at ${path}: ${String(cause)}.`, { code: 'agent-silent', cause });
      }
      await sleep(retryMs);
    }
  }
}
