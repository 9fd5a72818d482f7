// Ends an HTTP server without losing a request: it goes on answering, each answer closing its connection, until nothing has come for
// a moment, and only then stops listening.
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A balancer that was told that the node leaves may have sent a request just before: wait this long for it. */
const quietMs = 250;

/** Counts what is in flight and when the last request came. */
export class RequestCounter {
  #inFlight = 0;
  #lastMs = performance.now();

  constructor(server: Server) {
    server.on('request', (_request, answer) => {
      this.#inFlight += 1;
      this.#lastMs = performance.now();
      answer.once('close', () => {
        this.#inFlight -= 1;
        this.#lastMs = performance.now();
      });
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get quietForMs(): number {
    return this.#inFlight > 0 ? 0 : performance.now() - this.#lastMs;
  }
}

/** Resolves when the server is closed: with the number of requests that limitMs cut off, 0 when it went well. */
export async function drain(server: Server, requests: RequestCounter, limitMs: number): Promise<number> {
  const startedMs = performance.now();
  const beganMs = startedMs + quietMs;
  const deadlineMs = startedMs + limitMs;
  for (;;) {
    const nowMs = performance.now();
    if (nowMs >= deadlineMs || (nowMs >= beganMs && requests.quietForMs >= quietMs)) break;
    await sleep(20);
  }
  const cutOff = requests.inFlight;
  server.close();
  server.closeAllConnections();
  return cutOff;
}
