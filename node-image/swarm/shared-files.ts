// The files of a node that shares them: seeded from the start or fetched through the swarm when its user first asks, checked, and
// then served to the user and to everyone else.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { HttpProblem, unavailable } from '../http/http-problem.ts';
import { log } from '../process/log.ts';
import { FetchFailures, FetchProblem } from '../user/fetch-failures.ts';
import { etagOf } from '../user/generated-files.ts';
import type { FetchReport, FileService, Neighbour, UserFile } from '../user/user-service.ts';
import { FileMetrics } from './file-metrics.ts';
import type { FileSettings } from './file-settings.ts';
import { startSwarmClient, type SwarmClient, type SwarmFile, type SwarmState } from './swarm-client.ts';
import { nodeOfAgent, swarmSettings } from './swarm-settings.ts';
import { announceUrl, digestFile, type FileDigest, makeTorrent, type Torrent } from './torrent.ts';

interface SharedFile {
  readonly digest: FileDigest;
  readonly torrent: Torrent;
  /** What others may have of it: without addresses that hold a password. */
  readonly published: Buffer;
  readonly user: UserFile;
  whole: boolean;
  /** The download under way: everyone who asks waits for the same one. */
  fetching: Fetching | undefined;
}

interface Fetching {
  readonly ended: Promise<void>;
  readonly complete: () => void;
  readonly fail: (problem: HttpProblem) => void;
  progressAtMs: number;
  done: number;
}

/** Room left on the disk besides the file. */
const spareBytes = 1024 * 1024;
/** Much at once: every node checks its copy at the same time, and each read costs CPU besides its bytes. */
const checkedAtOnce = 1024 * 1024;
const noSpace = 28;
const stallCheckMs = 250;
const nothing: SwarmFile = { uploaded: 0, fromPeers: 0, done: 0, wasted: 0, whole: false };

export class SharedFiles implements FileService {
  readonly #settings: FileSettings;
  readonly #metrics: FileMetrics;
  readonly #failures: FetchFailures;
  readonly #files = new Map<string, SharedFile>();
  readonly #leaving = new AbortController();
  #client: SwarmClient | undefined;
  #state: SwarmState = { connections: 0, neighbours: [], files: {} };
  #joinedAtMs: number | undefined;
  #foundOne = false;
  #unready: string | undefined = 'preparing files';

  constructor(settings: FileSettings, registry: Registry) {
    this.#settings = settings;
    this.#failures = new FetchFailures(registry);
    this.#metrics = new FileMetrics(registry, {
      bytes: () => this.#bytes(),
      connections: () => this.#state.connections,
      complete: () => [...this.#files.values()].filter(({ whole }) => whole).length,
    });
  }

  readonly unreadyBecause = (): string | undefined => this.#unready;

  /** Makes the torrents, joins their swarms (as a seeder with all of the files), then is ready. `onLost` tells that the BitTorrent client has died. */
  async start(onLost: (why: string) => void): Promise<void> {
    const { settings, folder } = { settings: this.#settings, folder: this.#settings.folder };
    await mkdir(folder, { recursive: true });
    this.#client = await startSwarmClient(
      swarmSettings(settings.node, settings.discovery, settings.neighbours),
      {
        onState: (state) => this.#observe(state),
        onComplete: (name) => void this.#check(name),
        onFailed: (name, errno, why) => this.#failed(name, errno, why),
        onLost,
      },
    );
    try {
      for (const [name, sizeBytes] of Object.entries(settings.files)) await this.#prepare(name, sizeBytes);
    } catch (thrown) {
      if (this.#leaving.signal.aborted) return;
      throw thrown;
    }
    this.#unready = undefined;
  }

  async list(): Promise<readonly UserFile[]> {
    return [...this.#files.values()].map(({ user }) => user);
  }

  async find(name: string): Promise<UserFile | undefined> {
    return this.#files.get(name)?.user;
  }

  async torrent(name: string): Promise<Buffer | undefined> {
    return this.#files.get(name)?.published;
  }

  /**
   * Resolves when the file is here and checked.
   * @throws HttpProblem 404 unknown, 503 nobody found, 504 nobody has what is missing, 507 no room on the disk
   */
  async fetch(name: string): Promise<FetchReport> {
    if (this.#unready !== undefined) throw unavailable(this.#unready);
    const file = this.#files.get(name);
    if (file === undefined) throw new HttpProblem(404, `there is no file '${name}'`);
    const beganMs = performance.now();
    const before = this.#countersOf(name);
    if (!file.whole) await this.#fetchOnce(name, file);
    const after = this.#countersOf(name);
    return {
      name,
      sizeBytes: file.digest.sizeBytes,
      sha256: file.digest.sha256.toString('hex'),
      tookMs: performance.now() - beganMs,
      bytesFromPeers: after.fromPeers - before.fromPeers,
      bytesFromServer: fromServers(after) - fromServers(before),
      checked: true,
    };
  }

  readonly neighbours = (): readonly Neighbour[] =>
    this.#state.neighbours.map(([address, agent]) => ({ id: address, address, node: nodeOfAgent(agent) }));

  async stop(): Promise<void> {
    this.#leaving.abort();
    for (const { fetching } of this.#files.values()) fetching?.fail(unavailable('this node is leaving'));
    await this.#client?.stop();
  }

  async #prepare(name: string, sizeBytes: number): Promise<void> {
    const { seeder, folder, tracker, webSeed } = this.#settings;
    const path = join(folder, name);
    const digest = seeder
      ? await writeAndDigest(path, name, sizeBytes, this.#leaving.signal)
      : await digestFile(name, sizeBytes, this.#leaving.signal);
    const announce = tracker === undefined ? undefined : announceUrl(tracker);
    const webSeeds = webSeed === undefined ? [] : [`${webSeed}/files/${encodeURIComponent(name)}`];
    const user: UserFile = {
      name,
      bytes: sizeBytes,
      sha256: digest.sha256,
      etag: etagOf(name, sizeBytes),
      read: ({ start, end }) => (end > start ? createReadStream(path, { start, end: end - 1 }) : []),
    };
    const torrent = makeTorrent(digest, announce, webSeeds);
    const open = webSeeds.filter((address) => new URL(address).password === '');
    const published = makeTorrent(digest, announce, open).metainfo;
    await writeFile(this.#torrentPath(digest), torrent.metainfo);
    this.#files.set(name, { digest, torrent, published, user, whole: seeder, fetching: undefined });
    this.#joinedAtMs ??= performance.now();
    this.#client?.join({ name, torrent: this.#torrentPath(digest), folder, whole: seeder });
  }

  /** Beside the files, under a name that no file has. */
  #torrentPath(digest: FileDigest): string {
    return join(this.#settings.folder, `${digest.sha256.toString('hex')}.torrent`);
  }

  async #fetchOnce(name: string, file: SharedFile): Promise<void> {
    if (file.fetching !== undefined) return file.fetching.ended;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fetching: Fetching = {
      ended: promise,
      complete: resolve,
      fail: reject,
      progressAtMs: performance.now(),
      done: this.#countersOf(name).done,
    };
    file.fetching = fetching;
    // Perhaps nobody else waits for it.
    promise.catch(() => undefined);
    const beganMs = performance.now();
    const watch = setInterval(() => this.#watch(name, fetching), stallCheckMs);
    try {
      await this.#makeRoom(file.digest.sizeBytes - fetching.done);
      this.#client?.want(name);
      await promise;
      log('info', 'file fetched', { name, seconds: secondsSince(beganMs) });
      this.#metrics.downloaded((performance.now() - beganMs) / 1000);
    } catch (thrown) {
      this.#failures.note(name, thrown);
      reject(thrown);
      throw thrown;
    } finally {
      clearInterval(watch);
      file.fetching = undefined;
    }
  }

  /** Known beforehand, so that a disk is not filled in vain. */
  async #makeRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#settings.folder);
    if (bavail * bsize >= bytes + spareBytes) return;
    throw new FetchProblem(
      'disk-full',
      507,
      `the disk of this node has ${bavail * bsize} bytes left, the file needs ${bytes}`,
    );
  }

  /** Gives up when nothing has come for too long; what there is stays, and a later try goes on from there. */
  #watch(name: string, fetching: Fetching): void {
    const { done } = this.#countersOf(name);
    if (done > fetching.done) {
      fetching.done = done;
      fetching.progressAtMs = performance.now();
    }
    const { stallMs } = this.#settings;
    if (performance.now() - fetching.progressAtMs < stallMs) return;
    const seconds = stallMs / 1000;
    const missing = (this.#files.get(name)?.digest.sizeBytes ?? 0) - done;
    fetching.fail(
      this.#state.connections === 0 && done === 0
        ? new FetchProblem('nobody-found', 503, `no other peer found within ${seconds} s`)
        : new FetchProblem(
            'nobody-has-it',
            504,
            `nobody sent any of the missing ${missing} bytes of '${name}' for ${seconds} s`,
          ),
    );
  }

  async #check(name: string): Promise<void> {
    const file = this.#files.get(name);
    if (file === undefined || file.whole) return;
    const beganMs = performance.now();
    try {
      const sha256 = await sha256Of(join(this.#settings.folder, name));
      if (!sha256.equals(file.digest.sha256))
        throw new FetchProblem('wrong-hash', 500, `'${name}' is not what its SHA-256 says`);
      file.whole = true;
      log('info', 'file checked', { name, seconds: secondsSince(beganMs) });
      file.fetching?.complete();
    } catch (thrown) {
      log('error', 'a downloaded file is wrong', { name, why: String(thrown) });
      this.#client?.drop(name);
      const unread = `'${name}' was downloaded, but could not be read: ${String(thrown)}`;
      file.fetching?.fail(
        thrown instanceof FetchProblem ? thrown : new FetchProblem('not-stored', 500, unread),
      );
    }
  }

  #failed(name: string, errno: number, why: string): void {
    log('warn', 'a file could not be stored', { name, why });
    this.#client?.drop(name);
    const [reason, status] =
      errno === noSpace ? (['disk-full', 507] as const) : (['not-stored', 500] as const);
    const problem = new FetchProblem(reason, status, `'${name}' could not be stored: ${why}`);
    this.#files.get(name)?.fetching?.fail(problem);
  }

  #observe(state: SwarmState): void {
    this.#state = state;
    if (this.#foundOne || state.connections === 0 || this.#joinedAtMs === undefined) return;
    this.#foundOne = true;
    this.#metrics.foundFirst((performance.now() - this.#joinedAtMs) / 1000);
  }

  #countersOf(name: string): SwarmFile {
    return this.#state.files[name] ?? nothing;
  }

  #bytes(): { up: number; fromPeers: number; fromServers: number } {
    const sum = { up: 0, fromPeers: 0, fromServers: 0 };
    for (const [name, file] of Object.entries(this.#state.files)) {
      sum.up += file.uploaded;
      sum.fromPeers += file.fromPeers;
      if (!this.#settings.seeder && this.#files.has(name)) sum.fromServers += fromServers(file);
    }
    return sum;
  }
}

/** Reads into one buffer, so that a check takes no memory besides it. */
async function sha256Of(path: string): Promise<Buffer> {
  await using file = await open(path);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(checkedAtOnce);
  for (let { bytesRead } = await file.read(buffer); bytesRead > 0; { bytesRead } = await file.read(buffer)) {
    hash.update(buffer.subarray(0, bytesRead));
  }
  return hash.digest();
}

function secondsSince(beganMs: number): number {
  return Number(((performance.now() - beganMs) / 1000).toFixed(3));
}

/** What is here and did not come from peers came from web seeds. */
function fromServers({ done, wasted, fromPeers }: SwarmFile): number {
  return Math.max(0, done + wasted - fromPeers);
}

async function writeAndDigest(
  path: string,
  name: string,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<FileDigest> {
  await using file = await open(path, 'w');
  // Awaited here, for the file is closed on the way out.
  return await digestFile(name, sizeBytes, signal, async (chunk) => file.write(chunk));
}
