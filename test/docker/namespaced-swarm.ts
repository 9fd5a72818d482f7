// A Docker Swarm of several daemons on this machine, each in network, mount and host name namespaces of its own, joined by a bridge in
// one more: nothing of it is on the machine's own network. Disposing of it ends the daemons and leaves nothing; daemons of a test that was
// killed end by themselves, and the next one takes what else that left.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of the names of namespaces; the process that made them follows. */
const PREFIX = 'topolab-test-';
const ANSWERS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 60_000;

export interface NamespacedHost {
  readonly name: string;
  /** Of its engine, as this machine names it. */
  readonly socket: string;
  /** On the network of the hosts; the manager listens on its port 2377. */
  readonly address: string;
}

export interface NamespacedSwarm extends AsyncDisposable {
  /** The first is the manager. */
  readonly hosts: readonly NamespacedHost[];
  /** Ends the daemon of a host with all containers there, as when the machine is shut down. Resolves when it has ended. */
  end(host: string): Promise<void>;
  /** Starts it again, with what it had stored. Resolves when it answers. */
  startAgain(host: string): Promise<void>;
}

interface Daemon extends NamespacedHost {
  readonly namespace: string;
  readonly folder: string;
  /** Another one after each start. */
  process: ChildProcess;
}

/** Fails where this machine can't have one: without root, network namespaces, or overlay networks. */
export async function startNamespacedSwarm(names: readonly string[]): Promise<NamespacedSwarm> {
  const root = mkdtempSync(join(tmpdir(), 'topolab-swarm-'));
  removeStale();
  const id = `${PREFIX}${process.pid}`;
  await using started = new AsyncDisposableStack();
  started.defer(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const bridge = namespace(`${id}-0`, started);
  ip('-n', bridge, 'link', 'add', 'br0', 'type', 'bridge');
  ip('-n', bridge, 'link', 'set', 'br0', 'up');
  const daemons: Daemon[] = [];
  for (const [index, name] of names.entries()) {
    const own = namespace(`${id}-${index + 1}`, started);
    const address = `10.213.0.${index + 1}`;
    const port = `port${index}`;
    ip('-n', bridge, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', own);
    ip('-n', bridge, 'link', 'set', port, 'master', 'br0', 'up');
    ip('-n', own, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', own, 'link', 'set', 'eth0', 'up');
    ip('-n', own, 'link', 'set', 'lo', 'up');
    const daemon = startDaemon(name, own, address, join(root, name));
    started.defer(() => endDaemon(daemon));
    daemons.push(daemon);
  }
  for (const daemon of daemons) await untilAnswers(daemon);
  await formSwarm(daemons);
  const whole = started.move();
  const daemonOf = (host: string): Daemon => {
    const found = daemons.find(({ name }) => name === host);
    if (found === undefined) throw new Error(`no host ${host}`);
    return found;
  };
  return {
    hosts: daemons.map(({ name, socket, address }) => ({ name, socket, address })),
    end: (host) => endDaemon(daemonOf(host)),
    startAgain: async (host) => {
      const daemon = daemonOf(host);
      const { name, namespace: own, address, folder } = daemon;
      removeTunnelEnds(own);
      daemon.process = startDaemon(name, own, address, folder).process;
      await untilAnswers(daemon);
    },
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  };
}

/** Namespaces of tests whose process is there no more. */
function removeStale(): void {
  const all = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [, name = '', pid = ''] of all.matchAll(new RegExp(`^(${PREFIX}(\\d+)-\\d+)`, 'gm')))
    if (!existsSync(`/proc/${pid}`)) ip('netns', 'del', name);
}

function namespace(name: string, started: AsyncDisposableStack): string {
  ip('netns', 'add', name);
  started.defer(() => ip('netns', 'del', name));
  return name;
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}

/** Those of overlay networks: Docker leaves them on a host when it ends, where they are in its own way later, and a machine that is shut down has none. */
function removeTunnelEnds(own: string): void {
  const links = execFileSync('ip', ['-n', own, '-json', 'link', 'show', 'type', 'vxlan'], {
    encoding: 'utf8',
  });
  for (const { ifname } of JSON.parse(links || '[]') as { ifname?: string }[])
    if (ifname !== undefined) ip('-n', own, 'link', 'delete', ifname);
}

/** `ip netns exec` would hide the control groups. Where each daemon has a `/run` of its own, its socket and its mounts are in the usual places. */
function startDaemon(name: string, own: string, address: string, folder: string): Daemon {
  const [run, data] = [join(folder, 'run'), join(folder, 'data')];
  for (const each of [run, data]) mkdirSync(each, { recursive: true });
  // Its input ends with the test's process, however that ends.
  const script = [
    'hostname "$1" && mount --bind "$2" /run || exit 1',
    'dockerd --data-root "$3" --exec-root /run/docker --pidfile /run/docker.pid -H unix:///run/docker.sock </dev/null & daemon=$!',
    'cat >/dev/null; kill "$daemon"; wait "$daemon"',
  ].join('\n');
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const process = spawn(
    'nsenter',
    [
      `--net=/run/netns/${own}`,
      'unshare',
      '--mount',
      '--uts',
      '--propagation',
      'private',
      'sh',
      '-c',
      script,
      'sh',
      name,
      run,
      data,
    ],
    { stdio: ['pipe', log, log] },
  );
  return { name, namespace: own, address, folder, process, socket: join(run, 'docker.sock') };
}

async function endDaemon({ name, process }: Daemon): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = once(process, 'exit', { signal: AbortSignal.timeout(ENDS_WITHIN_MS) });
  process.stdin?.end();
  await ended.catch(() => {
    throw new Error(`the daemon of ${name} does not end`);
  });
}

async function untilAnswers(daemon: Daemon): Promise<void> {
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  while ((await askDaemon(daemon, 'GET', '/_ping').catch(() => undefined))?.status !== 200) {
    if (Date.now() > deadline) throw new Error(`the daemon of ${daemon.name} does not answer`);
    await sleep(200);
  }
}

async function formSwarm([manager, ...workers]: readonly Daemon[]): Promise<void> {
  if (manager === undefined) return;
  const ListenAddr = `${manager.address}:2377`;
  await askDaemon(manager, 'POST', '/swarm/init', { ListenAddr, AdvertiseAddr: manager.address });
  const { body } = await askDaemon(manager, 'GET', '/swarm');
  const { JoinTokens } = JSON.parse(body) as { JoinTokens: { Worker: string } };
  for (const worker of workers) {
    const { status, body: said } = await askDaemon(worker, 'POST', '/swarm/join', {
      ListenAddr: `${worker.address}:2377`,
      AdvertiseAddr: worker.address,
      RemoteAddrs: [ListenAddr],
      JoinToken: JoinTokens.Worker,
    });
    if (status !== 200) throw new Error(`${worker.name} does not join: ${said}`);
  }
}

/** One request to the Docker API of a host. Any status is an answer. */
export async function askDaemon(
  { socket }: Pick<NamespacedHost, 'socket'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: string }> {
  const asking = request({
    socketPath: socket,
    method,
    path,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
  });
  asking.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = await once(asking, 'response');
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
