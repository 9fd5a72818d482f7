// A stand-in for the Docker daemon: an HTTP server on a unix socket that answers as it is told and stays silent on everything else.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ENGINE = {
  OperatingSystem: 'none',
  KernelVersion: '0',
  Architecture: 'none',
  NCPU: 1,
  MemTotal: 1,
  SystemTime: '2026-01-01T00:00:00Z',
};

/** What the engine of a host answers `GET /info` with. @param swarm what it says of its Swarm. Default: nothing. */
export function ofHost(name: string, swarm?: object): Answer {
  return json({ ...ENGINE, Name: name, ...(swarm && { Swarm: swarm }) });
}

/** What a manager of a Swarm answers `GET /info` with. */
export const ofManager = json({ ...ENGINE, Swarm: { NodeID: 'own', ControlAvailable: true } });

export class StandInDaemon implements AsyncDisposable {
  /** `DELETE /containers/ID`, as they came, without queries. */
  readonly asked: string[] = [];
  /** By what they begin with; the longest that fits counts. */
  readonly answers: Record<string, Answer> = {
    'GET /version': json({ Version: '28.0', ApiVersion: '1.48' }),
    'GET /info': json(ENGINE),
  };
  readonly env: { readonly DOCKER_HOST: string };
  readonly #folder = mkdtempSync(join(tmpdir(), 'topolab-daemon-'));
  readonly #server = createServer((request, response) => {
    const asked = `${request.method} ${request.url?.replace(/\?.*$/, '')}`;
    this.asked.push(asked);
    request.resume();
    const [known] = Object.keys(this.answers)
      .filter((start) => asked.startsWith(start))
      .toSorted((one, other) => other.length - one.length);
    if (known !== undefined) this.answers[known]?.(response, request);
    this.#server.emit('asked');
  });

  private constructor() {
    this.env = { DOCKER_HOST: `unix://${join(this.#folder, 'docker.sock')}` };
    this.#server.on('upgrade', (request) => {
      this.asked.push(`${request.method} ${request.url}`);
      this.#server.emit('asked');
    });
  }

  static async start(): Promise<StandInDaemon> {
    const daemon = new StandInDaemon();
    daemon.#server.listen(daemon.env.DOCKER_HOST.replace('unix://', ''));
    await once(daemon.#server, 'listening');
    return daemon;
  }

  /** Resolves when as many requests that begin so have come. */
  async untilAsked(start: string, times = 1): Promise<void> {
    while (this.#count(start) < times) await once(this.#server, 'asked');
  }

  #count(start: string): number {
    return this.asked.filter((each) => each.startsWith(start)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

export function json(value: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

export const done: Answer = (response) => void response.writeHead(204).end();
