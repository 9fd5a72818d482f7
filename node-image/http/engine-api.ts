// Docker's API as programs in containers speak it, the reaper and the tunnel: a few requests over the engine's own socket. Paths carry no
// version, so that any daemon answers as it sees fit; what is asked for here has been the same in all of them.
import { request } from 'node:http';
import { NodeError } from '../process/node-error.ts';

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

export type AskEngine = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<EngineAnswer>;

/** Whether it manages a Swarm: only such an engine removes services, and networks that span hosts. Rejects where it does not say. */
export async function managesSwarm(ask: AskEngine): Promise<boolean> {
  const { status, body } = await ask('GET', '/info');
  if (status !== 200)
    throw new NodeError(`ask Docker for /info: ${status} ${body.trim()}`, { code: 'no-info' });
  const { Swarm: swarm } = JSON.parse(body) as { readonly Swarm?: { readonly ControlAvailable?: boolean } };
  return swarm?.ControlAvailable === true;
}

/**
 * Rejects where it manages a Swarm whose managers are too few to agree on anything: until they do, it says nothing of networks that span
 * hosts, not even that they are there.
 */
export async function requireLeader(ask: AskEngine): Promise<void> {
  if (!(await managesSwarm(ask))) return;
  const { status, body } = await ask('GET', '/nodes');
  if (status !== 200)
    throw new NodeError(`ask Docker for /nodes: ${status} ${body.trim()}`, { code: 'no-leader' });
}

/** A removal may kill first, which Docker gives 12 s. */
const timeoutMs = 90_000;

/** Rejects where there is no answer; any status is one. */
export function askAt(socketPath: string): AskEngine {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const headers = sent === undefined ? {} : { 'content-type': 'application/json' };
      const asking = request({ socketPath, method, path, headers, timeout: timeoutMs }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      });
      asking.on('timeout', () => asking.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
      asking.on('error', reject);
      asking.end(sent);
    });
}
