// Installs Debian packages on this machine, without questions, and explains the failures people meet.
import { TopolabError } from '../errors.ts';
import type { RunCommand } from './run-command.ts';

/** Another package manager may be at work on a machine that has just booted; apt waits this long for it. */
const lockTimeoutSeconds = 120;

/**
 * apt-get update, then install. An update that fails in part (one repository of many down) does not stop the install.
 * Fails with `package-manager-busy` or `packages-not-installed`.
 */
export async function installPackages(
  run: RunCommand,
  packages: readonly string[],
  options: { readonly onLine: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  const apt = (args: readonly string[]) =>
    run('apt-get', ['-o', `DPkg::Lock::Timeout=${lockTimeoutSeconds}`, ...args], {
      ...options,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  const update = await apt(['update']);
  const install = await apt(['install', '-y', '--no-install-recommends', ...packages]);
  if (install.exitCode === 0) return;
  throw explain(packages, install.lastLines, update.exitCode === 0 ? [] : update.lastLines);
}

function explain(
  packages: readonly string[],
  installLines: readonly string[],
  updateLines: readonly string[],
): TopolabError {
  const what = `installing ${packages.join(', ')} with apt-get`;
  const errors = [...updateLines, ...installLines].filter((line) =>
    /^(?:E:|W:|dpkg: error)/.test(line.trim()),
  );
  const seen = (errors.length > 0 ? errors : installLines).slice(-6).join('\n  ');
  if (/could not get lock|unable to (?:acquire|lock)/i.test(seen)) {
    return new TopolabError(`${what}: another package manager holds the lock\n  ${seen}`, {
      code: 'package-manager-busy',
      hint: 'Wait until the other apt or dpkg has finished, then try again.',
    });
  }
  const hint = hintFor(seen, updateLines.length > 0);
  return new TopolabError(`${what} failed:\n  ${seen}`, { code: 'packages-not-installed', hint });
}

function hintFor(seen: string, updateFailed: boolean): string {
  if (/dpkg was interrupted/i.test(seen)) return 'Run `dpkg --configure -a`, then try again.';
  if (/no space left|enough free space/i.test(seen)) return 'Free some disk space, then try again.';
  if (updateFailed) return 'apt-get update failed too: check the network and the machine’s package sources.';
  if (/unable to locate package|no installation candidate/i.test(seen))
    return 'The package sources of this machine do not have it: check /etc/apt/sources.list.d.';
  return 'Install them by hand, then try again.';
}
