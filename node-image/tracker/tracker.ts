// `topolab-node tracker`: the directory of a peer-to-peer network. opentracker introduces those who share files, a libp2p node those who
// exchange events and records.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../contract/env-reader.ts';
import { trackerEnvironment } from '../contract/tracker-environment.ts';
import { log } from '../process/log.ts';
import { NodeError } from '../process/node-error.ts';
import { digestFile, makeTorrent } from '../swarm/torrent.ts';
import { networkSettings } from '../network/network-settings.ts';
import { NodeMetrics } from '../user/node-metrics.ts';
import { eventsNotOffered, filesNotOffered, recordsNotOffered } from '../user/not-offered.ts';
import { serveUser } from '../user/serve-user.ts';

const folder = '/tmp/tracker';
const trackerPort = 6969;
const startMs = 10_000;

/** Runs until SIGTERM or SIGINT; ends with exit code 1 where opentracker dies. */
export async function runTracker(env: Env): Promise<void> {
  const told = trackerEnvironment.read(env);
  const { node, version, port, drainMs, files, services } = told;
  const identity = { node, role: 'tracker', version };
  const metrics = new NodeMetrics(identity);
  let unready: string | undefined = 'starting the tracker';
  const service = {
    events: eventsNotOffered,
    records: recordsNotOffered,
    files: filesNotOffered,
    unreadyBecause: () => unready,
  };
  const stops: (() => Promise<void>)[] = [];
  await serveUser({ service, metrics, identity }, { port, drainMs }, async () => {
    await Promise.all(stops.map(async (stop) => stop()));
  });
  if (services.includes('files')) stops.push(await startTracker(files));
  if (services.includes('events') || services.includes('records')) {
    const { startBootstrapNode } = await import('../network/bootstrap-node.ts');
    const directory = await startBootstrapNode(networkSettings(told), metrics.registry);
    stops.push(async () => directory.stop());
  }
  unready = undefined;
}

/** Starts opentracker for the run's files alone; resolves with how to stop it, once it answers. */
async function startTracker(files: Readonly<Record<string, number>>): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const hashes: string[] = [];
  for (const [name, sizeBytes] of Object.entries(files)) {
    const digest = await digestFile(name, sizeBytes, AbortSignal.timeout(3_600_000));
    hashes.push(makeTorrent(digest, undefined, []).infoHash);
  }
  // Debian's build serves listed torrents only.
  await writeFile(`${folder}/whitelist`, `${hashes.join('\n')}\n`);
  await writeFile(
    `${folder}/config`,
    `listen.tcp 0.0.0.0:${trackerPort}\naccess.whitelist whitelist\ntracker.rootdir ${folder}\n`,
  );
  const child = spawn('opentracker', ['-f', 'config'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let stopping = false;
  const ended = (why: string): void => {
    if (stopping) return;
    log('error', 'the tracker has died', { why });
    process.exit(1);
  };
  child.once('error', (error) => ended(error.message));
  child.once('exit', (code, signal) => ended(`opentracker ended (${signal ?? code})`));
  await untilAnswers(trackerPort);
  return async () => {
    stopping = true;
    child.kill('SIGTERM');
  };
}

async function untilAnswers(port: number): Promise<void> {
  const deadlineMs = performance.now() + startMs;
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect');
      return;
    } catch (cause) {
      if (performance.now() > deadlineMs)
        throw new NodeError('opentracker does not listen', { code: 'no-tracker', cause });
      await sleep(50);
    } finally {
      socket.destroy();
    }
  }
}
