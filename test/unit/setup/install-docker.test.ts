import { describe, expect, test } from 'vitest';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { ensureDocker, type SetupStep } from '../../../orchestrator/setup/install-docker.ts';
import type { LocalHost } from '../../../orchestrator/setup/local-host.ts';

interface Machine {
  readonly answers?: boolean;
  /** The engine answers once one of these has been run or started. */
  readonly answersAfter?: string;
  readonly refusal?: string;
  readonly platform?: NodeJS.Platform;
  readonly isRoot?: boolean;
  readonly osRelease?: string;
  readonly files?: readonly string[];
  readonly endpoint?: 'default' | 'other';
  /** Exit code and last lines of commands, by the words they contain. */
  readonly outcomes?: Readonly<Record<string, readonly [number, readonly string[]]>>;
}

const debian = 'PRETTY_NAME="Debian"\nID=debian\n';
const ubuntu = 'ID=ubuntu\nID_LIKE=debian\n';
const fedora = 'ID=fedora\n';

function fakeHost(machine: Machine): { readonly host: LocalHost; readonly commands: string[] } {
  const commands: string[] = [];
  const files = new Set(machine.files);
  const host: LocalHost = {
    platform: machine.platform ?? 'linux',
    isRoot: machine.isRoot ?? true,
    usesDefaultEndpoint: () => machine.endpoint !== 'other',
    async askEngine() {
      const { answers = false, answersAfter, refusal = 'docker-not-running' } = machine;
      if (answers || (answersAfter !== undefined && commands.some((line) => line.includes(answersAfter))))
        return;
      throw new TopolabError('Docker does not answer at /var/run/docker.sock', { code: refusal });
    },
    fileExists: (path) => files.has(path),
    readText: (path) =>
      path === '/etc/os-release' ? (machine.osRelease ?? debian) : 'iptables: not found\n',
    async run(command, args, { onLine }) {
      const line = [command, ...args].join(' ');
      commands.push(line);
      onLine(`output of ${command}`);
      if (line.includes(' install ')) files.add('/usr/sbin/dockerd');
      const outcome = Object.entries(machine.outcomes ?? {}).find(([words]) => line.includes(words));
      return { exitCode: outcome?.[1][0] ?? 0, lastLines: outcome?.[1][1] ?? [] };
    },
    startDetached: (command, logPath) => {
      commands.push(`${command} > ${logPath}`);
    },
    sleep: async () => {},
  };
  return { host, commands };
}

async function setUp(machine: Machine) {
  const { host, commands } = fakeHost(machine);
  const steps: SetupStep[] = [];
  const options = { signal: new AbortController().signal, onStep: (step: SetupStep) => steps.push(step) };
  const outcome = await ensureDocker(options, host);
  return { outcome, commands, steps };
}

async function failureOf(machine: Machine): Promise<TopolabError & { commands: readonly string[] }> {
  const { host, commands } = fakeHost(machine);
  const options = { signal: new AbortController().signal, onStep: () => {} };
  const error = await ensureDocker(options, host).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TopolabError);
  return Object.assign(error as TopolabError, { commands });
}

describe('where Docker is', () => {
  test('an engine that answers is left alone', async () => {
    const { outcome, commands, steps } = await setUp({ answers: true, files: ['/usr/sbin/dockerd'] });
    expect({ outcome, commands, steps }).toEqual({ outcome: 'unchanged', commands: [], steps: [] });
  });

  test('a stopped engine is started by systemd where that runs', async () => {
    const { outcome, commands } = await setUp({
      files: ['/usr/bin/dockerd', '/run/systemd/system'],
      answersAfter: 'systemctl start docker',
    });
    expect({ outcome, commands }).toEqual({ outcome: 'started', commands: ['systemctl start docker'] });
  });

  test('a stopped engine is started by itself elsewhere, its log kept', async () => {
    const { commands, steps } = await setUp({ files: ['/usr/sbin/dockerd'], answersAfter: 'dockerd' });
    expect(commands).toEqual(['/usr/sbin/dockerd > /var/log/dockerd.log']);
    expect(steps).toEqual([
      { what: 'starting Docker' },
      { what: 'starting Docker', doneMs: expect.any(Number) },
    ]);
  });

  test('people who are not root are told how to start it', async () => {
    const error = await failureOf({ isRoot: false, files: ['/usr/sbin/dockerd', '/run/systemd/system'] });
    expect(error).toMatchObject({ code: 'docker-not-running', hint: 'Run `sudo systemctl start docker`.' });
  });

  test('a daemon that never answers is given up with the end of its log', async () => {
    const error = await failureOf({ files: ['/usr/sbin/dockerd'] });
    expect(error.code).toBe('docker-not-started');
    expect(error.message).toContain('iptables: not found');
  });

  test('a socket that may not be opened is no reason to install anything', async () => {
    const error = await failureOf({ refusal: 'docker-permission-denied' });
    expect(error.code).toBe('docker-permission-denied');
    expect(error.commands).toEqual([]);
  });

  test('a silent engine that people configured elsewhere is not replaced by a local one', async () => {
    const error = await failureOf({ endpoint: 'other' });
    expect(error.code).toBe('docker-not-running');
    expect(error.hint).toContain('DOCKER_HOST');
    expect(error.commands).toEqual([]);
  });
});

describe('on a bare machine', () => {
  test.each([
    ['Debian', debian],
    ['Ubuntu', ubuntu],
  ])(
    'root on %s gets it installed without questions, even where a docker command lies about',
    async (_, osRelease) => {
      const { outcome, commands, steps } = await setUp({
        osRelease,
        files: ['/usr/local/bin/docker'],
        answersAfter: 'apt-get -o DPkg::Lock::Timeout=120 install',
      });
      expect(outcome).toBe('installed');
      expect(commands).toEqual([
        'apt-get -o DPkg::Lock::Timeout=120 update',
        'apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends docker.io iptables',
      ]);
      expect(steps).toContainEqual({ what: 'installing Docker', line: 'output of apt-get' });
    },
  );

  test('the daemon is started where installing it did not', async () => {
    const { commands } = await setUp({ answersAfter: 'dockerd.log' });
    expect(commands.at(-1)).toBe('/usr/sbin/dockerd > /var/log/dockerd.log');
  });

  test.each<[string, Machine, string]>([
    ['macOS', { platform: 'darwin' }, 'Docker Desktop'],
    ['Windows', { platform: 'win32' }, 'Docker Desktop'],
    ['Fedora', { osRelease: fedora }, 'dnf install'],
    ['Debian without root', { isRoot: false }, 'as root'],
    ['an unknown Linux', { osRelease: 'ID=other\n' }, 'package manager'],
  ])('%s gets a message that says what to install', async (_, machine, hint) => {
    const error = await failureOf(machine);
    expect(error).toMatchObject({ code: 'docker-not-installed', exitCode: 1 });
    expect(error.hint).toContain(hint);
    expect(error.commands).toEqual([]);
  });

  test('a held package lock is named', async () => {
    const lines = ['E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 42 (apt-get)'];
    const error = await failureOf({ outcomes: { install: [100, lines] } });
    expect(error.code).toBe('package-manager-busy');
    expect(error.message).toContain('process 42');
  });

  test('a failed update does not stop an install that works', async () => {
    const { outcome } = await setUp({
      answersAfter: 'install',
      outcomes: { update: [100, ['E: The repository of something else does not have a Release file.']] },
    });
    expect(outcome).toBe('installed');
  });

  test('a package that cannot be found after a failed update points at the network and the sources', async () => {
    const error = await failureOf({
      outcomes: {
        update: [100, ['E: Temporary failure resolving the mirror']],
        install: [100, ['E: Unable to locate package docker.io']],
      },
    });
    expect(error.code).toBe('packages-not-installed');
    expect(error.message).toContain('Temporary failure resolving');
    expect(error.hint).toContain('apt-get update failed too');
  });
});
