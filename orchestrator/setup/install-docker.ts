// `--setup` on a bare machine: a Docker engine answers afterwards, or the message says what to install. Where one answers
// already, nothing is changed. The docker command says nothing about an engine; only an engine that answers counts.
import { messageOf, TopolabError } from '../errors.ts';
import { installPackages } from './install-packages.ts';
import { type LocalHost, localHost } from './local-host.ts';
import { patient } from '../patience.ts';

export interface SetupStep {
  /** `installing Docker`, `starting Docker`. */
  readonly what: string;
  /** The latest line of output; absent when the step begins. */
  readonly line?: string;
  /** Present once, when the step has succeeded: how long it took, in milliseconds. */
  readonly doneMs?: number;
}

export interface SetupOptions {
  readonly onStep: (step: SetupStep) => void;
  readonly signal: AbortSignal;
}

/** `unchanged`: an engine answered already. `started`: one was there, stopped. `installed`: it was installed and started. */
export type SetupOutcome = 'unchanged' | 'started' | 'installed';

const packages = ['docker.io', 'iptables'];
const daemonPaths = [
  '/usr/bin/dockerd',
  '/usr/sbin/dockerd',
  '/usr/local/bin/dockerd',
  '/usr/local/sbin/dockerd',
];
const daemonLog = '/var/log/dockerd.log';
/** Longest a started daemon may take to answer. */
const startTimeoutMs = 60_000;
const askAgainMs = 500;

/**
 * Sees to it that a Docker engine answers. Installs only as root on Debian and its kin.
 * @throws TopolabError `docker-not-installed` (elsewhere, with what to install), `docker-not-running` (a remote engine, or one
 *   that this user may not start), `docker-not-started`, `docker-permission-denied`, `package-manager-busy`,
 *   `packages-not-installed`.
 */
export async function ensureDocker(
  options: SetupOptions,
  host: LocalHost = localHost,
): Promise<SetupOutcome> {
  const silence = await noAnswer(host);
  if (silence === undefined) return 'unchanged';
  // Only silence is ours to mend: a refused socket or a wrong context means that Docker is there.
  if (!(silence instanceof TopolabError) || silence.code !== 'docker-not-running') throw silence;
  if (host.platform !== 'linux') throw notInstalled(host, silence);
  if (!host.usesDefaultEndpoint()) throw remoteSilent(silence);
  if (findDaemon(host) !== undefined) {
    await start(options, host);
    return 'started';
  }
  if (!isDebian(host) || !host.isRoot) throw notInstalled(host, silence);
  await timed('installing Docker', options, (onLine) =>
    installPackages(host.run, packages, { onLine, signal: options.signal }),
  );
  // Installing starts the service on most machines, though not where a policy forbids it.
  if ((await noAnswer(host)) !== undefined) await start(options, host);
  return 'installed';
}

async function noAnswer(host: LocalHost): Promise<unknown> {
  try {
    await host.askEngine();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function start(options: SetupOptions, host: LocalHost): Promise<void> {
  const underSystemd = host.fileExists('/run/systemd/system');
  const daemon = findDaemon(host);
  if (!host.isRoot || daemon === undefined) {
    throw new TopolabError('Docker is installed but its engine is not running, and only root can start it', {
      code: 'docker-not-running',
      hint: underSystemd ? 'Run `sudo systemctl start docker`.' : 'Run `sudo dockerd` in another terminal.',
    });
  }
  await timed('starting Docker', options, async (onLine) => {
    if (underSystemd) await host.run('systemctl', ['start', 'docker'], { onLine, signal: options.signal });
    else host.startDetached(daemon, daemonLog);
    await untilAnswering(options.signal, host, underSystemd);
  });
}

async function untilAnswering(signal: AbortSignal, host: LocalHost, underSystemd: boolean): Promise<void> {
  let last: unknown;
  const begunMs = performance.now();
  const timeoutMs = patient(startTimeoutMs);
  // An engine that listens and does not answer takes its time to be given up, too.
  const isLate = () => performance.now() - begunMs > timeoutMs;
  for (let waitedMs = 0; waitedMs <= timeoutMs && !isLate(); waitedMs += askAgainMs) {
    last = await noAnswer(host);
    if (last === undefined) return;
    await host.sleep(askAgainMs, signal);
  }
  const log = host.readText(daemonLog).trimEnd().split('\n').slice(-5).join('\n  ');
  throw new TopolabError(
    `Docker was started but did not answer within ${timeoutMs / 1000} s: ${messageOf(last)}${
      underSystemd ? '' : `\n  ${log}`
    }`,
    {
      code: 'docker-not-started',
      hint: underSystemd ? 'See `journalctl -u docker`.' : `See ${daemonLog}.`,
      cause: last,
    },
  );
}

function findDaemon(host: LocalHost): string | undefined {
  return daemonPaths.find((path) => host.fileExists(path));
}

/** The distribution's names, from most to least special: `ubuntu debian`. */
function distribution(host: LocalHost): readonly string[] {
  const text = host.readText('/etc/os-release');
  return ['ID', 'ID_LIKE'].flatMap((key) => {
    const value = new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
    return value.split(/\s+/).filter((name) => name !== '');
  });
}

function isDebian(host: LocalHost): boolean {
  return distribution(host).some((name) => name === 'debian' || name === 'ubuntu');
}

function notInstalled(host: LocalHost, cause: unknown): TopolabError {
  return new TopolabError('no Docker engine answers, and none can be installed by itself here', {
    code: 'docker-not-installed',
    hint: whatToInstall(host),
    cause,
  });
}

function whatToInstall(host: LocalHost): string {
  if (host.platform === 'darwin' || host.platform === 'win32')
    return 'Install Docker Desktop and start it (or start it, where it is installed), then try again.';
  if (host.platform !== 'linux')
    return 'Run Topolab on Linux, macOS or Windows, or set DOCKER_HOST to an engine elsewhere.';
  const names = distribution(host);
  const has = (...wanted: string[]): boolean => wanted.some((name) => names.includes(name));
  if (isDebian(host))
    return 'Run the command again as root (sudo), or run `sudo apt-get install docker.io iptables`.';
  if (has('fedora', 'rhel', 'centos'))
    return 'Install it: `sudo dnf install moby-engine` (Fedora) or docker-ce, then `sudo systemctl start docker`.';
  if (has('arch')) return 'Install it: `sudo pacman -S docker`, then `sudo systemctl start docker`.';
  if (has('suse', 'opensuse'))
    return 'Install it: `sudo zypper install docker`, then `sudo systemctl start docker`.';
  if (has('alpine')) return 'Install it: `apk add docker`, then `rc-service docker start`.';
  return 'Install Docker Engine with the package manager of this system, start it, then try again.';
}

function remoteSilent(cause: TopolabError): TopolabError {
  return new TopolabError(`${cause.message}; it was configured, so nothing is installed in its place`, {
    code: 'docker-not-running',
    hint: 'Start that engine, or unset DOCKER_HOST and DOCKER_CONTEXT to use this machine.',
    cause,
  });
}

async function timed(
  what: string,
  options: SetupOptions,
  work: (onLine: (line: string) => void) => Promise<void>,
): Promise<void> {
  const startedMs = performance.now();
  options.onStep({ what });
  await work((line) => options.onStep({ what, line }));
  options.onStep({ what, doneMs: performance.now() - startedMs });
}
