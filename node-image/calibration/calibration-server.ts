// `topolab-node calibration`: a server whose behaviour is known beforehand, for `topolab calibrate`.
//
//   GET  /serve          answers after SERVICE_MS in a first-come-first-served queue
//   GET  /at-once        answers at once
//   GET  /bytes/N        N bytes (at most 64 MiB)
//   GET  /totals         what the queue counted itself: { requests, waitMs }
//   POST /stall?ms=1000  answers, then stands still for so long (at most 10 s): nothing is read or answered meanwhile
//   GET  /ready
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { calibrationEnvironment } from '../contract/calibration-environment.ts';
import type { Env } from '../contract/env-reader.ts';
import { log } from '../process/log.ts';
import { FifoQueue } from './fifo-queue.ts';

const mostBytes = 64 * 1024 ** 2;
const mostStallMs = 10_000;
const chunk = Buffer.alloc(64 * 1024, 0x5a);

/** Runs until SIGTERM or SIGINT. Fails with `bad-env`. */
export async function runCalibration(env: Env): Promise<void> {
  const { serviceMs, port } = calibrationEnvironment.read(env);
  const server = await startCalibration(serviceMs, port);
  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

export async function startCalibration(serviceMs: number, port: number): Promise<Server> {
  const queue = new FifoQueue(serviceMs);
  // Users come back after seconds, and a connection closed meanwhile would cost them a new one.
  const server = createServer({ keepAliveTimeout: 120_000, noDelay: true }, (request, answer) => {
    handle(queue, request, answer).catch((error: unknown) => answer.destroy(error as Error));
  });
  server.listen(port, '0.0.0.0', 4096);
  await once(server, 'listening');
  log('info', 'listening', { role: 'calibration', serviceMs });
  return server;
}

async function handle(queue: FifoQueue, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server');
  if (url.pathname === '/serve') {
    await queue.serve();
    answer.end('served\n');
  } else if (url.pathname === '/at-once' || url.pathname === '/ready') {
    answer.end('ok\n');
  } else if (url.pathname === '/totals') {
    answer.end(JSON.stringify(queue.totals));
  } else if (url.pathname.startsWith('/bytes/')) {
    await sendBytes(Math.min(mostBytes, Number(url.pathname.slice('/bytes/'.length)) || 0), answer);
  } else if (url.pathname === '/stall' && request.method === 'POST') {
    const ms = Math.min(mostStallMs, Number(url.searchParams.get('ms')) || 0);
    answer.on('finish', () => setImmediate(() => standStill(ms)));
    answer.end('standing still\n');
  } else {
    answer.writeHead(404).end();
  }
}

async function sendBytes(bytes: number, answer: ServerResponse): Promise<void> {
  answer.writeHead(200, { 'content-length': bytes });
  for (let left = bytes; left > 0 && !answer.destroyed; left -= chunk.length) {
    const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
    if (!answer.write(part)) await Promise.race([once(answer, 'drain'), once(answer, 'close')]);
  }
  answer.end();
}

/** Blocks the thread without burning CPU, which others may need. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
