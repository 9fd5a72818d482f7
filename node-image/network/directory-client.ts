// Asks the directory for other peers: often until one is found, then now and then, for as long as this peer lives. A directory that is
// away is only a failed question.
import { setTimeout as sleep } from 'node:timers/promises';
import { directoryName } from './bootstrap-node.ts';
import type { Host } from './create-host.ts';
import { Links } from './links.ts';
import type { Neighbours } from './neighbours.ts';
import type { NetworkSettings } from './network-settings.ts';

const eagerMs = 300;
const contentMs = 10_000;
const dialTimeoutMs = 3000;

/** Goes on until the signal aborts; never fails. */
export async function followDirectory(
  host: Host,
  settings: NetworkSettings & { readonly directory: NonNullable<NetworkSettings['directory']> },
  neighbours: Neighbours,
  signal: AbortSignal,
): Promise<void> {
  const links = await Links.open(host, directoryName(settings.run), {});
  const kind = /^[\d.]+$/.test(settings.directory.host) ? 'ip4' : 'dns4';
  const address = `/${kind}/${settings.directory.host}/tcp/${settings.directory.port}`;
  let directory: string | undefined;
  while (!signal.aborted) {
    try {
      directory ??= await host.dial([address], AbortSignal.timeout(dialTimeoutMs));
      neighbours.isNoPeer(directory);
      const named = await links.ask(directory, [], 'directory', host.addresses());
      if (Array.isArray(named))
        for (const addresses of named) neighbours.hear((addresses as unknown[]).map(String));
    } catch {
      // It may come back as another process, with another peer id.
      directory = undefined;
    }
    const waitMs = neighbours.ids.length > 0 ? contentMs : eagerMs;
    // Spread, so that peers that started together do not ask together for ever.
    await sleep(waitMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}
