// The files of a client that does not help: each fetch asks a server for the whole file and checks it; nothing is kept.
import { createHash } from 'node:crypto';
import { Counter, Histogram, type Registry } from 'prom-client';
import { HttpProblem, unavailable } from '../http/http-problem.ts';
import type { FetchReport, FileService, UserFile } from '../user/user-service.ts';
import type { Upstream } from './upstream.ts';

export class ServerFiles implements FileService {
  readonly #upstream: Upstream;
  readonly #bytes: Counter<'direction' | 'from'>;
  readonly #seconds: Histogram;

  constructor(upstream: Upstream, registry: Registry) {
    this.#upstream = upstream;
    const registers = [registry];
    this.#bytes = new Counter({
      name: 'topolab_file_bytes_total',
      help: 'Bytes of files sent and received, by whom they were exchanged with',
      labelNames: ['direction', 'from'],
      registers,
    });
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
    const beganMs = performance.now();
    const answer = await this.#upstream.get(`/files/${encodeURIComponent(name)}`);
    if (answer.statusCode !== 200) {
      answer.resume();
      throw new HttpProblem(
        answer.statusCode ?? 502,
        `the server answered ${answer.statusCode} for '${name}'`,
      );
    }
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        this.#bytes.inc({ direction: 'down', from: 'server' }, chunk.length);
      }
    } catch (cause) {
      throw unavailable(`the server broke off after ${sizeBytes} bytes: ${String(cause)}`);
    }
    const sha256 = hash.digest();
    const expected = answer.headers['repr-digest'];
    if (expected !== undefined && expected !== `sha-256=:${sha256.toString('base64')}:`)
      throw new HttpProblem(502, `'${name}' is not what its server says it is`);
    const tookMs = performance.now() - beganMs;
    this.#seconds.observe(tookMs / 1000);
    return {
      name,
      sizeBytes,
      sha256: sha256.toString('hex'),
      tookMs,
      bytesFromPeers: 0,
      bytesFromServer: sizeBytes,
    };
  }
}
