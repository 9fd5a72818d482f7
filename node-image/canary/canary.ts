// `topolab-node canary`: users of ours at every node of a run, told by the orchestrator (contract/canary-protocol.ts).
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { canaryEnvironment } from '../contract/canary-environment.ts';
import type { CanaryChange, CanaryNode, CanaryToken, CanaryUser } from '../contract/canary-protocol.ts';
import type { Env } from '../contract/env-reader.ts';
import { HttpProblem, sendJson, sendProblem, sendText } from '../http/http-problem.ts';
import { readJson } from '../http/read-body.ts';
import { log } from '../process/log.ts';
import { NodeError } from '../process/node-error.ts';
import { Canaries } from './canaries.ts';

const mostBytes = 8 * 1024 * 1024;

/** Runs until SIGTERM or SIGINT. Fails with `bad-env` or `port-taken`. */
export async function runCanary(env: Env): Promise<void> {
  const { host, port } = canaryEnvironment.read(env);
  const canaries = new Canaries();
  const server = createServer((request, answer) => {
    answerOne(canaries, request, answer).catch((thrown: unknown) => sendProblem(answer, thrown));
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new NodeError(`listen on ${host}:${port}: ${String(cause)}`, { code: 'port-taken', cause });
  }
  log('info', 'canaries listening', { host, port });
  const stop = (): void => {
    canaries.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Only the orchestrator's agent asks, and what it sends is ours. */
async function answerOne(
  canaries: Canaries,
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const { registry } = canaries;
  switch (`${request.method} ${request.url}`) {
    case 'PUT /nodes':
      canaries.setNodes((await readJson(request, mostBytes)) as CanaryNode[]);
      return sendJson(answer, 200, {});
    case 'PUT /users':
      canaries.setUsers((await readJson(request, mostBytes)) as CanaryUser[]);
      return sendJson(answer, 200, {});
    case 'PUT /tokens':
      canaries.setTokens((await readJson(request, mostBytes)) as CanaryToken[]);
      return sendJson(answer, 200, {});
    case 'POST /changes':
      return sendJson(
        answer,
        200,
        await canaries.change((await readJson(request, mostBytes)) as CanaryChange),
      );
    case 'GET /figures':
      return sendJson(answer, 200, canaries.figures);
    case 'GET /metrics':
      return sendText(answer, 200, await registry.metrics(), registry.contentType);
    case 'GET /healthz':
      return sendText(answer, 200, 'alive\n');
    default:
      throw new HttpProblem(404, 'see node-image/contract/canary-protocol.ts');
  }
}
