// The files of a client that does not help: each fetch asks a server for the whole file and checks it against the digest that the
// server sends with it (RFC 9530); nothing is kept.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Counter, Histogram, type Registry } from 'prom-client';
import { messageOf } from '../process/node-error.ts';
import { FetchFailures, FetchProblem } from '../user/fetch-failures.ts';
import type { FetchReport, FileService, UserFile } from '../user/user-service.ts';
import type { Upstream } from './upstream.ts';

export class ServerFiles implements FileService {
  readonly #upstream: Upstream;
  readonly #bytes: Counter<'direction' | 'from'>;
  readonly #seconds: Histogram;
  readonly #failures: FetchFailures;

  constructor(upstream: Upstream, registry: Registry) {
    this.#upstream = upstream;
    const registers = [registry];
    this.#bytes = new Counter({
      name: 'topolab_file_bytes_total',
      help: 'Bytes of files sent and received, by whom they were exchanged with',
      labelNames: ['direction', 'from'],
      registers,
    });
    this.#received(0);
    this.#failures = new FetchFailures(registry);
    this.#seconds = new Histogram({
      name: 'topolab_file_download_seconds',
      help: 'Time from the first wish for a file to its last checked byte',
      buckets: [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 3600],
      registers,
    });
  }

  async list(): Promise<readonly UserFile[]> {
    return [];
  }

  /** Whatever the name: only the servers know. */
  async find(name: string): Promise<UserFile> {
    return { name, bytes: 0, sha256: undefined, etag: '""', read: () => [] };
  }

  /** Fails with the server's own refusal, 502 where the content is not what its digest says, 503 where no server answers. */
  async fetch(name: string): Promise<FetchReport> {
    try {
      return await this.#fetch(name);
    } catch (thrown) {
      this.#failures.note(name, thrown);
      throw thrown;
    }
  }

  async #fetch(name: string): Promise<FetchReport> {
    const beganMs = performance.now();
    const answer = await this.#ask(name);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        this.#received(chunk.length);
      }
    } catch (cause) {
      const why = `the server broke off after ${sizeBytes} bytes: ${messageOf(cause)}`;
      throw new FetchProblem('no-server', 503, why);
    }
    const sha256 = hash.digest();
    const expected = sha256In(answer.headers['repr-digest']);
    if (expected !== undefined && !expected.equals(sha256))
      throw new FetchProblem('wrong-hash', 502, `'${name}' is not what its server says it is`);
    const tookMs = performance.now() - beganMs;
    this.#seconds.observe(tookMs / 1000);
    return {
      name,
      sizeBytes,
      sha256: sha256.toString('hex'),
      checked: expected !== undefined,
      tookMs,
      bytesFromPeers: 0,
      bytesFromServer: sizeBytes,
    };
  }

  async #ask(name: string): Promise<IncomingMessage> {
    const answer = await this.#upstream
      .get(`/files/${encodeURIComponent(name)}`)
      .catch((cause: unknown) => Promise.reject(new FetchProblem('no-server', 503, messageOf(cause))));
    if (answer.statusCode === 200) return answer;
    answer.resume();
    const why = `the server answered ${answer.statusCode} for '${name}'`;
    throw new FetchProblem('server-refused', answer.statusCode ?? 502, why);
  }

  #received(bytes: number): void {
    this.#bytes.inc({ direction: 'down', from: 'server' }, bytes);
  }
}

/** Of several digests the one that is known here; undefined where there is none. */
function sha256In(header: string | string[] | undefined): Buffer | undefined {
  const [, base64] = /(?:^|,)\s*sha-256=:([^:]*):/i.exec(String(header ?? '')) ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}
