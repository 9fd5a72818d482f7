// The gate through which a run's k6 generators write to Prometheus. It listens on the observers' network alone, lets in who knows a
// generator's secret, and puts on every series the labels that belong to that secret: no script can take samples out of the
// measurement, or put some into another's.
import { once } from 'node:events';
import { createServer, request as httpRequest, Agent, type Server } from 'node:http';
import { type AdmittedGenerator, gatePort, type GateRefusal } from '../../contract/agent-protocol.ts';
import { clockAheadHeader } from '../../contract/host-clock.ts';
import {
  HttpProblem,
  type HttpAnswer,
  methodNotAllowed,
  sendProblem,
  type HttpRequest,
} from '../../http/http-problem.ts';
import { readBody } from '../../http/read-body.ts';
import { Pushes } from './pushes.ts';
import { unpackSnappy, wrapSnappy } from './snappy.ts';
import { Stamp } from './stamp.ts';

const mostPackedBytes = 16 * 2 ** 20;
const mostUnpackedBytes = 64 * 2 ** 20;
/** Of each generator. k6 makes about 60 by itself, and as many again for each status and window. */
const mostSeries = 20_000;
const answerWithinMs = 10_000;

/** How long a generator has stood still since it was let in. */
export interface StoodStill {
  readonly labels: Readonly<Record<string, string>>;
  readonly ms: number;
}

interface Admitted {
  readonly labels: Readonly<Record<string, string>>;
  readonly stamp: Stamp;
  readonly pushes: Pushes;
}

interface Opened {
  readonly server: Server;
  readonly host: string;
  /** By secret. */
  admitted: ReadonlyMap<string, Admitted>;
}

/** Sends a body on to Prometheus; resolves with the status and text that came back. */
export type Forward = (body: Buffer) => Promise<{ readonly status: number; readonly text: string }>;

export class Gate {
  readonly #forward: Forward;
  readonly #nowMs: () => number;
  readonly #opened = new Map<string, Opened>();

  /** @param nowMs a clock that stands still while this process does */
  constructor(forward: Forward, nowMs: () => number) {
    this.#forward = forward;
    this.#nowMs = nowMs;
  }

  /** Opens a run's gate at an address of its observers' network; where it is open there already, nothing happens. */
  async open(run: string, host: string, port = gatePort): Promise<void> {
    const before = this.#opened.get(run);
    if (before?.host === host) return;
    this.close(run);
    const server = createServer({ keepAliveTimeout: 120_000, headersTimeout: 5000 }, (request, answer) => {
      answer.on('error', () => {});
      this.#pass(run, request, answer).then(
        ({ status, text }) => {
          answer.statusCode = status;
          answer.end(text);
        },
        (thrown: unknown) =>
          sendProblem(answer, thrown instanceof RangeError ? new HttpProblem(400, thrown.message) : thrown),
      );
    });
    server.on('clientError', (_error, client) => client.destroy());
    this.#opened.set(run, { server, host, admitted: new Map() });
    server.listen({ host, port });
    await once(server, 'listening');
  }

  /** From now on these generators are let in, and no others. 404 where the run's gate is not open. */
  admit(run: string, generators: readonly AdmittedGenerator[]): void {
    const opened = this.#opened.get(run);
    if (opened === undefined) throw new HttpProblem(404, 'the gate of this run is not open');
    opened.admitted = new Map(
      generators.map(({ secret, labels }) => [
        secret,
        { labels, stamp: new Stamp(labels, mostSeries), pushes: new Pushes() },
      ]),
    );
  }

  /** Where a run's gate listens. */
  portOf(run: string): number | undefined {
    const address = this.#opened.get(run)?.server.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  /** What was refused of the generators that are let in now. */
  refusals(run: string): GateRefusal[] {
    return this.#admitted(run).flatMap(({ labels, stamp }) =>
      [...stamp.refused].map(([reason, samples]) => ({ node: labels['node'] ?? '', reason, samples })),
    );
  }

  /** Of every generator that is let in now. */
  stoodStill(run: string): StoodStill[] {
    return this.#admitted(run).map(({ labels, pushes }) => ({ labels, ms: pushes.stoodStillMs }));
  }

  #admitted(run: string): Admitted[] {
    return [...(this.#opened.get(run)?.admitted.values() ?? [])];
  }

  /** Not an error where it is not open. */
  close(run: string): void {
    const opened = this.#opened.get(run);
    this.#opened.delete(run);
    opened?.server.closeAllConnections();
    opened?.server.close();
  }

  closeAll(): void {
    for (const run of this.#opened.keys()) this.close(run);
  }

  async #pass(
    run: string,
    request: HttpRequest,
    answer: HttpAnswer,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const secret = /^\/write\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    const admitted = secret === undefined ? undefined : this.#opened.get(run)?.admitted.get(secret);
    if (admitted === undefined) throw new HttpProblem(403, 'no generator of this run');
    if (request.method !== 'POST') throw methodNotAllowed(['POST']);
    admitted.pushes.came(this.#nowMs());
    const answered = () => admitted.pushes.answered(this.#nowMs());
    answer.once('finish', answered);
    // It gave up waiting.
    answer.once('close', () => answer.writableFinished || answered());
    const packed = await readBody(request, mostPackedBytes);
    const aheadMs = Number(request.headers[clockAheadHeader] ?? 0);
    if (!Number.isSafeInteger(aheadMs))
      throw new HttpProblem(400, `write ${clockAheadHeader} in whole milliseconds`);
    const unpacked = unpackSnappy(packed, mostUnpackedBytes);
    return await this.#forward(wrapSnappy(admitted.stamp.apply(unpacked, aheadMs)));
  }
}

/** To the Prometheus whose remote-write receiver this is. */
export function forwardTo(url: string): Forward {
  const agent = new Agent({ keepAlive: true });
  const headers = {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  };
  return (body) =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(answerWithinMs);
      const options = {
        method: 'POST',
        agent,
        signal,
        headers: { ...headers, 'content-length': body.length },
      };
      const outgoing = httpRequest(url, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (text.length < 4096) text += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 502, text }));
        response.once('error', reject);
      });
      outgoing.once('error', (error) => reject(new HttpProblem(502, `Prometheus: ${error.message}`)));
      outgoing.end(body);
    });
}
