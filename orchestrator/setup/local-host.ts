// What setting up Docker asks and does of the machine it runs on, apart so that tests can stand in for a machine.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDocker } from '../engine/docker/connect-docker.ts';
import { findEndpoint } from '../engine/docker/find-endpoint.ts';
import { type RunCommand, runCommand } from './run-command.ts';

export interface LocalHost {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** True where Docker is looked for at this machine's standard socket, not at one that people configured. */
  readonly usesDefaultEndpoint: () => boolean;
  /** Throws a TopolabError where no engine answers. */
  readonly askEngine: () => Promise<void>;
  readonly fileExists: (path: string) => boolean;
  /** '' where it can't be read. */
  readonly readText: (path: string) => string;
  readonly run: RunCommand;
  /** Starts a program that outlives this one, its output appended to a file. */
  readonly startDetached: (command: string, logPath: string) => void;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const localHost: LocalHost = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  usesDefaultEndpoint() {
    const endpoint = findEndpoint(process.env);
    return endpoint.kind === 'socket' && /^\/(?:var\/)?run\/docker\.sock$/.test(endpoint.path);
  },
  async askEngine() {
    await using _engine = await connectDocker();
  },
  fileExists: existsSync,
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
  run: runCommand,
  startDetached(command, logPath) {
    const log = openSync(logPath, 'a');
    const child = spawn(command, [], { detached: true, stdio: ['ignore', log, log] });
    // A daemon that can't be started shows as one that doesn't answer, with its log.
    child.once('error', () => {});
    child.unref();
  },
  async sleep(ms, signal) {
    await sleep(ms, undefined, { signal });
  },
};
