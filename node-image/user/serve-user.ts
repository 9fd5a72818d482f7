// Listens for users of a node that is no server: a peer, a client, a tracker.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { NodeError } from '../process/node-error.ts';
import { log } from '../process/log.ts';
import { drain, RequestCounter } from '../http/drain.ts';
import { CostQueue } from './cost-queue.ts';
import { type UserInterface, userRouter } from './user-router.ts';

export interface NodeListener {
  readonly port: number;
  readonly drainMs: number;
}

/** Answers users until SIGTERM or SIGINT, then drains, calls `stop` and ends with exit code 0. Fails with `port-taken`. */
export async function serveUser(
  user: Omit<UserInterface, 'cost' | 'draining'>,
  listener: NodeListener,
  stop: () => Promise<void>,
): Promise<void> {
  const draining = new AbortController();
  const server = createServer({ keepAliveTimeout: 120_000, headersTimeout: 60_000, noDelay: true });
  const requests = new RequestCounter(server);
  server.on('request', userRouter({ ...user, cost: new CostQueue(0), draining: draining.signal }));
  server.listen(listener.port, '0.0.0.0', 1024);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new NodeError(`listen on port ${listener.port}: ${String(cause)}`, { code: 'port-taken', cause });
  }
  log('info', 'listening', { ...user.identity, port: listener.port });
  const leave = (signal: string): void => {
    if (draining.signal.aborted) return;
    log('info', 'draining', { signal });
    draining.abort();
    // The network learns of the leave while the last answers go out.
    void Promise.all([drain(server, requests, listener.drainMs), stop()]).then(
      ([cutOff]) => {
        log(cutOff > 0 ? 'warn' : 'info', 'stopped', { requestsCutOff: cutOff });
        process.exit(0);
      },
      (thrown: unknown) => {
        log('error', 'stopping failed', { why: String(thrown) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
}
