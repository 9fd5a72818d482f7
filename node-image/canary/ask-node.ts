// One request to a node, and what came of it.
import { type Agent, request } from 'node:http';
import type { NodeAddress } from '../contract/canary-protocol.ts';
import type { Outcome } from './probe.ts';

/** Whoever has not answered by then has failed. */
const answerWithinMs = 3000;
const mostAnswerBytes = 2 * 1024 * 1024;

export interface Asking {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: string;
}

export interface Answered {
  /** 0 = no answer. */
  readonly status: number;
  readonly body: string;
}

/** Never fails. */
export async function askNode({ host, port }: NodeAddress, asking: Asking, agent: Agent): Promise<Answered> {
  const { method, path, token, body } = asking;
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(answerWithinMs);
    const none = (): void => resolve({ status: 0, body: '' });
    const sent = request({ host, port, method, path, headers, agent, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > mostAnswerBytes) answer.destroy();
        else chunks.push(chunk);
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
      answer.on('error', none);
      answer.on('close', none);
    });
    sent.on('error', none);
    sent.end(body);
  });
}

/** Whether the node let its user in: one that says that there is no such thing has looked. */
export function outcomeOf(status: number): Outcome {
  if (status === 401 || status === 403) return 'refused';
  return (status >= 200 && status < 300) || status === 404 ? 'served' : 'failed';
}
