// `topolab-node reaper`: removes a run whose orchestrator is gone. It lives on the engine's host in a container without a network,
// and is told every second that the run goes on, over a stream that the engine opens into it (`topolab-node pipe`). Once nobody has
// spoken for a while it removes whatever carries the run's label, and itself last. The engine restarts it where it dies, or after
// the daemon or the machine were restarted: then too it waits for somebody to speak, and removes the run where nobody does.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../contract/env-reader.ts';
import { reaperEnvironment } from '../contract/reaper-environment.ts';
import { log } from '../process/log.ts';
import { messageOf, NodeError } from '../process/node-error.ts';
import { type AskEngine, askAt, requireLeader } from '../http/engine-api.ts';
import { removeLabelled } from './remove-labelled.ts';
import { type Patience, Silence } from './silence.ts';

/** Rounds that must find nothing: a container may be in the making when its orchestrator dies. */
const emptyRounds = 3;
const longestPauseMs = 30_000;
const pingMs = 5_000;
const stoppedMs = 5_000;

/** A host that containers of the run may be on. */
export interface ReaperHost {
  readonly name: string;
  readonly ask: AskEngine;
}

export interface ReaperSettings extends Patience {
  /** Where the stream from the orchestrator comes in. */
  readonly socket: string;
  /** `topolab.run=ID`. */
  readonly label: string;
  /** Beginning of its own container's id. */
  readonly ownId: string;
  /** The engines to remove from. Its own container is on the first. */
  readonly hosts: readonly [ReaperHost, ...ReaperHost[]];
  /** Whether networks of the run span hosts of a Swarm. */
  readonly spansHosts: boolean;
  /** Time between two looks, and between two rounds of removing. */
  readonly everyMs: number;
}

/** Runs until the run is given up and removed. */
export async function runReaper(env: Env): Promise<void> {
  // As process 1 it gets no signal that it does not ask for, and the daemon would wait for it before it ends.
  process.on('SIGTERM', () => process.exit(0));
  const { hosts: told, ...settings } = reaperEnvironment.read(env);
  const [own, ...others] = told.map(({ name, socket }) => ({ name, ask: askAt(socket) }));
  if (own === undefined) throw new NodeError('reap a run: no host was named', { code: 'bad-env' });
  await reap({ ...settings, ownId: hostname(), hosts: [own, ...others], everyMs: 300 });
}

/** Waits until nobody speaks for the run any more, then removes it, and its own container last. */
export async function reap(settings: ReaperSettings): Promise<void> {
  const ear = new Ear(settings, await troubleWith(settings.hosts));
  await ear.listen(settings.socket);
  while (!ear.silence.isOver(performance.now()) || ear.trouble !== '') {
    const lookedAtMs = performance.now();
    await sleep(settings.everyMs);
    // Stopped itself for a while, it has heard nobody: that is nobody's silence.
    if (performance.now() - lookedAtMs > stoppedMs) ear.silence.heard(performance.now());
    // While somebody is on the line the engine need not be asked: it carries the line.
    if (ear.isOpen && !ear.silence.isOver(performance.now())) continue;
    const trouble = await troubleWith(settings.hosts);
    // While the engine is away nobody can speak: whoever lives gets all of the time once it is back.
    if (trouble === '' && ear.trouble !== '') ear.silence.heard(performance.now());
    ear.trouble = trouble;
  }
  log('warn', 'nobody speaks for the run any more: removing it', { label: settings.label });
  ear.close();
  await removeAll(settings);
  log('info', 'the run is removed', { label: settings.label });
  await settings.hosts[0].ask('DELETE', `/containers/${settings.ownId}?force=true&v=true`);
}

/** '' where every engine answers, otherwise what was seen of the first that doesn't, with its host's name where there are several. */
async function troubleWith(hosts: ReaperSettings['hosts']): Promise<string> {
  const troubles = await Promise.all(
    hosts.map(async ({ name, ask }) => ({ name, trouble: await troubleOf(ask) })),
  );
  const first = troubles.find(({ trouble }) => trouble !== '');
  if (first === undefined || hosts.length === 1) return first?.trouble ?? '';
  return `${first.name}: ${first.trouble}`;
}

async function troubleOf(ask: AskEngine): Promise<string> {
  try {
    const answer = await Promise.race([ask('GET', '/_ping'), sleep(pingMs)]);
    if (answer === undefined) return `no answer within ${pingMs / 1000} s`;
    return answer.status === 200 ? '' : `status ${answer.status}`;
  } catch (error) {
    return messageOf(error);
  }
}

async function removeAll({ hosts, spansHosts, label, ownId, everyMs }: ReaperSettings): Promise<void> {
  let pauseMs = everyMs;
  for (let empty = 0; empty < emptyRounds; ) {
    try {
      let found = 0;
      for (const { ask } of hosts) {
        found += await removeLabelled(ask, label, ownId);
        if (spansHosts) await requireLeader(ask);
      }
      empty = found === 0 ? empty + 1 : 0;
      pauseMs = everyMs;
    } catch (error) {
      empty = 0;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      log('warn', 'not all could be removed', { error: messageOf(error) });
    }
    await sleep(pauseMs);
  }
}

/** Listens to the orchestrator: says back each line, or, while the engine cannot be reached from here, `deaf: ` and why. */
class Ear {
  readonly silence: Silence;
  trouble: string;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(patience: Patience, trouble: string) {
    this.silence = new Silence(patience, performance.now());
    this.trouble = trouble;
    this.#server = createServer((socket) => this.#hear(socket));
  }

  get isOpen(): boolean {
    return this.#sockets.size > 0;
  }

  /** Fails with `port-taken`. */
  async listen(path: string): Promise<void> {
    // Left by a reaper that was killed; two never share a /tmp.
    rmSync(path, { force: true });
    try {
      await once(this.#server.listen(path), 'listening');
    } catch (cause) {
      throw new NodeError(`listen on ${path}: ${messageOf(cause)}`, { code: 'port-taken', cause });
    }
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #hear(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (words: Buffer) => {
      this.silence.heard(performance.now());
      socket.write(this.trouble === '' ? words : `deaf: ${this.trouble}\n`);
    });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (!this.isOpen) this.silence.streamEnded(performance.now());
    });
  }
}
