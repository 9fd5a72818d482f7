// Makes the base of all substitutes without any registry: a minimal Debian root file system, imported as an image.
import type { Readable } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import { Label } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import { installPackages } from '../setup/install-packages.ts';
import { type RunCommand, runCommand } from '../setup/run-command.ts';

const suite = 'trixie';
const leftOut = ['doc/*', 'man/*', 'locale/*', 'info/*'];

/** apt would leave 90 MB of packages and indexes in each layer that installs something. */
const aptKeepsNothing =
  'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; }; Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";';

/** The same choices as the official slim image: required packages, no manuals, no caches. */
export const mmdebstrapArguments: readonly string[] = [
  '--variant=minbase',
  ...leftOut.map((pattern) => `--dpkgopt=path-exclude=/usr/share/${pattern}`),
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  `--customize-hook=echo '${aptKeepsNothing}' > "$1/etc/apt/apt.conf.d/docker-clean"`,
  '--customize-hook=rm -rf "$1"/var/cache/* "$1"/var/log/*',
  suite,
  '-',
];

export interface DebianBaseOptions {
  readonly madeFrom: string;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** Stand-ins for tests. */
  readonly run?: RunCommand;
  readonly isRoot?: boolean;
}

/**
 * Bootstraps Debian on this machine and imports it under `ref`. Takes about 20 s. Installs mmdebstrap where that is missing
 * and may be done. Fails with `substitute-not-possible` where it can't be made on this machine.
 */
export async function importDebianBase(
  engine: Engine,
  ref: string,
  options: DebianBaseOptions,
): Promise<void> {
  const run = options.run ?? runCommand;
  const isRoot = options.isRoot ?? process.getuid?.() === 0;
  checkArchitecture(engine, ref);
  await provideMmdebstrap(run, ref, isRoot, options);
  const labels = { [Label.substitute]: options.madeFrom };
  const takeStdout = (tar: Readable): Promise<void> =>
    engine.images.importRootFs(ref, tar, labels, options.signal);
  const { onLine, signal } = options;
  const result = await run('mmdebstrap', mmdebstrapArguments, { onLine, signal, takeStdout });
  if (result.exitCode === 0) return;
  throw new TopolabError(
    `bootstrapping Debian ${suite} for ${ref} failed:\n  ${result.lastLines.slice(-6).join('\n  ')}`,
    {
      code: 'image-build-failed',
      hint: 'mmdebstrap needs root (or user namespaces) and a Debian package mirror.',
    },
  );
}

async function provideMmdebstrap(
  run: RunCommand,
  ref: string,
  isRoot: boolean,
  options: DebianBaseOptions,
): Promise<void> {
  const { onLine, signal } = options;
  const quiet = { onLine: () => {}, signal };
  if ((await run('mmdebstrap', ['--version'], quiet)).exitCode === 0) return;
  if (!isRoot || (await run('apt-get', ['--version'], quiet)).exitCode !== 0) {
    throw notPossible(
      ref,
      'it needs mmdebstrap, which is only installed automatically for root on Debian and Ubuntu',
    );
  }
  onLine('installing mmdebstrap');
  await installPackages(run, ['mmdebstrap', 'debian-archive-keyring'], { onLine, signal });
}

/** The binaries made here must run on the engine's machine, which may be another one. */
function checkArchitecture(engine: Engine, ref: string): void {
  if (process.platform !== 'linux') throw notPossible(ref, 'it needs Linux');
  if (!sameArchitecture(engine.description.architecture)) {
    throw notPossible(
      ref,
      `the engine runs on ${engine.description.architecture}, this machine is ${process.arch}`,
    );
  }
}

/** Whether the engine's architecture, as uname or Go names it, is this machine's. */
export function sameArchitecture(engineArchitecture: string, own: string = process.arch): boolean {
  const names: Readonly<Record<string, readonly string[]>> = {
    x64: ['x86_64', 'amd64', 'x64'],
    arm64: ['aarch64', 'arm64'],
  };
  return (names[own] ?? [own]).includes(engineArchitecture);
}

function notPossible(ref: string, why: string): TopolabError {
  return new TopolabError(`no substitute for ${ref} can be built on this machine: ${why}`, {
    code: 'substitute-not-possible',
    hint: `Make ${ref} available to the Docker engine (docker pull, or docker load from a file), then try again.`,
  });
}
