// The Docker engine: the port's functions, each from its own file, over one connection to the daemon.
import { setMaxListeners } from 'node:events';
import type { Agent } from 'node:http';
import type Docker from 'dockerode';
import type { Engine, EngineDescription, EngineReach } from '../engine.ts';
import { pause, resize, resume, sendSignal, startAgain, stop, waitForExit } from './change-container.ts';
import { MOST_FILE_BYTES } from '../file-too-large.ts';
import { createDaemon } from './daemon.ts';
import { exec, openStream } from './exec.ts';
import { createImages } from './images.ts';
import { followLogs } from './follow-logs.ts';
import { inspectContainer } from './inspect-container.ts';
import { launch } from './launch.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { connect, createNetwork, createVolume, disconnect, removeNetwork, removeVolume } from './networks.ts';
import { readFile } from './read-file.ts';
import { removeContainer } from './remove-container.ts';
import { createSwarmManager } from './swarm.ts';
import { watch } from './watch.ts';

export interface DockerEngineOptions {
  readonly description: EngineDescription;
  readonly reach: EngineReach;
  /** Holds the connections; destroyed with the engine, and every stream still open with it. */
  readonly agent: Agent;
  /** The daemon's own, as its host names it; undefined if unknown. */
  readonly socket?: string | undefined;
  /** Its machine's id in the Swarm that it manages. */
  readonly managesAs?: string | undefined;
}

export function createDockerEngine(docker: Docker, options: DockerEngineOptions): Engine {
  const { description, reach, agent, socket, managesAs } = options;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const daemon = createDaemon(
    docker,
    { description, socket, managesSwarm: managesAs !== undefined },
    closing.signal,
  );
  return {
    description,
    reach,
    images: createImages(daemon),
    swarm: managesAs === undefined ? undefined : createSwarmManager(daemon, managesAs),
    createNetwork: (spec) => createNetwork(daemon, spec),
    removeNetwork: (id) => removeNetwork(daemon, id),
    connect: (networkId, containerId, aliases) => connect(daemon, networkId, containerId, aliases),
    disconnect: (networkId, containerId) => disconnect(daemon, networkId, containerId),
    createVolume: (spec) => createVolume(daemon, spec),
    removeVolume: (name) => removeVolume(daemon, name),
    launch: (spec, signal) => launch(daemon, spec, signal),
    inspect: (id) => inspectContainer(daemon, id),
    start: (id) => startAgain(daemon, id),
    resize: (id, limits) => resize(daemon, id, limits),
    pause: (id) => pause(daemon, id),
    resume: (id) => resume(daemon, id),
    signal: (id, signal) => sendSignal(daemon, id, signal),
    stop: (id, graceMs) => stop(daemon, id, graceMs),
    remove: (id) => removeContainer(daemon, id),
    logs: (id, options) => logs(daemon, id, options),
    followLogs: (id, signal) => followLogs(daemon, id, signal),
    exec: (id, argv) => exec(daemon, id, argv),
    openStream: (id, argv) => openStream(daemon, id, argv),
    readFile: (id, path, mostBytes = MOST_FILE_BYTES) => readFile(daemon, id, path, mostBytes),
    wait: (id, signal) => waitForExit(daemon, id, signal),
    watch: (labels, onEvent, signal) => watch(daemon, labels, onEvent, signal),
    list: (run) => list(daemon, run),
    [Symbol.asyncDispose]: async () => {
      closing.abort(new Error('the engine was closed'));
      agent.destroy();
    },
  };
}
