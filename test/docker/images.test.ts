// What Topolab relies on in each image, so that the official image and its substitute are held to the same behaviour.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import {
  type ContainerSpec,
  type Engine,
  type ExecResult,
  Label,
  type RunningContainer,
} from '../../orchestrator/engine/engine.ts';
import { ensureImages } from '../../orchestrator/images/ensure-images.ts';
import {
  HAPROXY_IMAGE,
  K6_IMAGE,
  NODE_BASE_IMAGE,
  NODE_IMAGE,
  POSTGRES_IMAGE,
  PROMETHEUS_IMAGE,
} from '../../orchestrator/image-names.ts';
import { until } from './until.ts';

const ENVOY = 'envoyproxy/envoy:v1.40.0';
const MARIADB = 'mariadb:11.8';
const NGINX = 'nginx:1.26';
const RABBITMQ = 'rabbitmq:4.0';
const REDIS = 'redis:8.0';
const TRAEFIK = 'traefik:v3.7.15';

const run = `images-${randomBytes(4).toString('hex')}`;
/** Until a container has ended by itself, on a machine that is busy. */
const endWithinMs = 120_000;
const started: RunningContainer[] = [];
let engine: Engine;
let refs: ReadonlyMap<string, string>;

beforeAll(async () => {
  engine = await connectDocker();
  const wanted = [
    NODE_IMAGE,
    NODE_BASE_IMAGE,
    HAPROXY_IMAGE,
    POSTGRES_IMAGE,
    PROMETHEUS_IMAGE,
    K6_IMAGE,
    ENVOY,
    MARIADB,
    NGINX,
    RABBITMQ,
    REDIS,
    TRAEFIK,
  ];
  const signal = AbortSignal.timeout(600_000);
  refs = await ensureImages(
    engine,
    wanted.map((ref) => ({ ref })),
    { signal, allowSubstitutes: true, onStep: () => {} },
  );
});

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ id }) => engine.remove(id)));
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

type Options = Partial<Omit<ContainerSpec, 'name' | 'image' | 'labels'>>;

async function launch(image: string, options: Options = {}): Promise<RunningContainer> {
  const container = await engine.launch({
    name: `topolab-${run}-${randomBytes(4).toString('hex')}`,
    image: refs.get(image) ?? image,
    labels: { [Label.run]: run },
    env: {},
    cpus: 1,
    memoryBytes: 512 * 1024 ** 2,
    ...options,
  });
  started.push(container);
  return container;
}

/** Runs the image's entrypoint with a command to its end. */
async function output(image: string, command: readonly string[], options: Options = {}) {
  const { id } = await launch(image, { command, ...options });
  const exitCode = await engine.wait(id, AbortSignal.timeout(endWithinMs));
  return { exitCode, text: await engine.logs(id) };
}

async function untilLogs(id: string, text: string): Promise<void> {
  await until(
    text,
    () => engine.logs(id),
    (log) => log.includes(text),
  );
}

const haproxyConfig = `
global
  stats socket /tmp/haproxy.sock mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend metrics
  bind :8405
  http-request use-service prometheus-exporter if { path /metrics }
`;
const haproxyFiles = [{ path: '/usr/local/etc/haproxy/haproxy.cfg', content: haproxyConfig }];

describe('HAProxy', () => {
  test('checks a configuration with the Prometheus exporter', async () => {
    const command = ['haproxy', '-c', '-f', '/usr/local/etc/haproxy/haproxy.cfg'];
    const { exitCode, text } = await output(HAPROXY_IMAGE, command, { files: haproxyFiles });
    expect(text).not.toContain('ALERT');
    expect(exitCode).toBe(0);
  });

  test('serves by its default command as a user without rights, and ends on SIGTERM', async () => {
    const { id } = await launch(HAPROXY_IMAGE, { files: haproxyFiles });
    await untilLogs(id, 'Loading success');
    expect((await engine.exec(id, ['id', '-un'])).stdout.trim()).toBe('haproxy');
    await engine.stop(id, endWithinMs);
    const ended = await engine.inspect(id);
    expect(ended?.running).toBe(false);
    expect(ended?.exitCode, 'killed').not.toBe(137);
  });
});

describe('PostgreSQL', () => {
  const env = { POSTGRES_USER: 'topolab', POSTGRES_PASSWORD: "it's secret", POSTGRES_DB: 'records' };
  const query = (id: string, password: string, sql: string, host = '127.0.0.1'): Promise<ExecResult> => {
    const psql = ['psql', '-h', host, '-U', env.POSTGRES_USER, '-d', env.POSTGRES_DB, '-At', '-c', sql];
    return engine.exec(id, ['env', `PGPASSWORD=${password}`, ...psql]);
  };

  // For an address of their own: from loopback the official image asks for no password.
  let networkId: string;
  beforeAll(async () => {
    const name = `topolab-${run}`;
    networkId = (await engine.createNetwork({ name, labels: { [Label.run]: run } })).id;
  });
  afterAll(() => engine.removeNetwork(networkId));

  test('answers on TCP with the given user, password, database and settings, and only when really ready', async () => {
    const command = ['postgres', '-c', 'max_connections=37', '-c', 'fsync=off'];
    const { id } = await launch(POSTGRES_IMAGE, {
      env: { ...env, POSTGRES_INITDB_ARGS: '--no-sync' },
      command,
      network: { id: networkId, aliases: [] },
    });
    let first: ExecResult | undefined;
    await until('a TCP connection', async () => {
      const open = await engine.exec(id, ['bash', '-c', '</dev/tcp/127.0.0.1/5432']);
      if (open.exitCode !== 0) return false;
      first = await query(id, env.POSTGRES_PASSWORD, 'show max_connections');
      // While PostgreSQL accepts but still starts, it says so; anything else must be a right answer.
      return !first.stderr.includes('starting up');
    });
    expect(first).toMatchObject({ exitCode: 0, stdout: '37\n' });
    const address = await engine.exec(id, ['hostname', '-i']);
    const refused = await query(id, 'wrong', 'select 1', address.stdout.trim());
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('password authentication failed');
  });

  test('shuts down fast on SIGINT although a session is open', async () => {
    const { id } = await launch(POSTGRES_IMAGE, { env });
    await until('an answer', async () => (await query(id, env.POSTGRES_PASSWORD, 'select 1')).exitCode === 0);
    // Longer than the end is waited for: a server that lets its sessions end first is found out.
    const session = query(id, env.POSTGRES_PASSWORD, 'select pg_sleep(600)');
    const sessions = "select count(*) from pg_stat_activity where query = 'select pg_sleep(600)'";
    await until(
      'an open session',
      () => query(id, env.POSTGRES_PASSWORD, sessions),
      ({ stdout }) => stdout === '1\n',
    );
    await engine.signal(id, 'SIGINT');
    expect(await engine.wait(id, AbortSignal.timeout(endWithinMs))).toBe(0);
    expect(await engine.logs(id)).toContain('database system is shut down');
    await session.catch(() => {});
  });

  test('takes its settings from files where it is told so, such as secrets', async () => {
    const files = [{ path: '/run/secrets/password', content: `${env.POSTGRES_PASSWORD}\n` }];
    const { POSTGRES_PASSWORD, ...others } = env;
    const { id } = await launch(POSTGRES_IMAGE, {
      env: { ...others, POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
      files,
      network: { id: networkId, aliases: [] },
    });
    await until('an answer', async () => (await query(id, POSTGRES_PASSWORD, 'select 1')).exitCode === 0);
    const { stdout } = await engine.exec(id, ['hostname', '-i']);
    const refused = await query(id, 'wrong', 'select 1', stdout.trim());
    expect(refused.exitCode).not.toBe(0);
  });

  test('refuses to start without a password, and says so', async () => {
    const { exitCode, text } = await output(POSTGRES_IMAGE, ['postgres']);
    expect(exitCode).toBe(1);
    expect(text).toContain('POSTGRES_PASSWORD');
  });
});

/** Until a command in a container ends with 0. */
const untilWell = (id: string, command: readonly string[]): Promise<unknown> =>
  until(command.join(' '), async () => (await engine.exec(id, command)).exitCode === 0);

describe('MariaDB', () => {
  test('lets the given user into the given database, once its own script says that it is healthy', async () => {
    const { id } = await launch(MARIADB, {
      env: {
        MARIADB_ROOT_PASSWORD: "it's secret",
        MARIADB_DATABASE: 'the_wiki',
        MARIADB_USER: 'wiki',
        MARIADB_PASSWORD: 'knows',
      },
      files: [
        { path: '/docker-entrypoint-initdb.d/a.sql', content: 'create table pages (title text);' },
        { path: '/etc/mysql/conf.d/a.cnf', content: '[mariadbd]\nmax_connections = 37\n' },
      ],
    });
    await untilWell(id, ['healthcheck.sh', '--connect', '--innodb_initialized']);
    const ask = (password: string) =>
      engine.exec(id, [
        'mariadb',
        '--protocol=tcp',
        '-h',
        '127.0.0.1',
        '-uwiki',
        `-p${password}`,
        'the_wiki',
        '-N',
        '-e',
        'show tables; select @@max_connections',
      ]);
    expect(await ask('knows')).toMatchObject({ exitCode: 0, stdout: 'pages\n37\n' });
    expect((await ask('wrong')).stderr).toContain('Access denied');
  });

  test('refuses to start without a password, and says so', async () => {
    const { exitCode, text } = await output(MARIADB, ['mariadbd']);
    expect(exitCode).toBe(1);
    expect(text).toContain('MARIADB_ROOT_PASSWORD');
  });
});

describe('Redis', () => {
  test('answers other hosts by its default command, without rights', async () => {
    const { id } = await launch(REDIS);
    await untilWell(id, ['redis-cli', 'ping']);
    const mode = await engine.exec(id, ['redis-cli', 'config', 'get', 'protected-mode']);
    expect(mode.stdout).toContain('no');
    const status = await engine.exec(id, ['cat', '/proc/1/status']);
    expect(status.stdout).toMatch(/^Uid:\s+999/m);
  });
});

describe('nginx', () => {
  test('serves what its conf.d says, and lets requests finish on SIGQUIT', async () => {
    const content = 'server { listen 80; location / { return 200 "hello\\n"; } }';
    const { id } = await launch(NGINX, { files: [{ path: '/etc/nginx/conf.d/default.conf', content }] });
    const ask = "exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; grep hello <&3";
    await untilWell(id, ['bash', '-c', ask]);
    await untilLogs(id, '"GET / HTTP/1.0" 200');
    await engine.stop(id, endWithinMs);
    expect((await engine.inspect(id))?.exitCode).toBe(0);
  });
});

const balancer = (file: string): string =>
  readFileSync(new URL(`../../scenarios/balancers/${file}`, import.meta.url), 'utf8');

describe('Envoy', () => {
  test('has the version of its name, and takes the file of the guide by its default command, without rights', async () => {
    const files = [{ path: '/etc/envoy/envoy.yaml', content: balancer('envoy.yaml') }];
    const { id } = await launch(ENVOY, { files });
    await untilLogs(id, 'all dependencies initialized. starting workers');
    expect((await engine.exec(id, ['envoy', '--version'])).stdout).toContain(`/${ENVOY.split(':v')[1]}/`);
    const status = await engine.exec(id, ['cat', '/proc/1/status']);
    expect(status.stdout).toMatch(/^Name:\s+envoy\n[^]*^Uid:\s+101/m);
  });
});

describe('Traefik', () => {
  test('has the version of its name, and takes options alone as its own', async () => {
    const { exitCode, text } = await output(TRAEFIK, ['version']);
    expect(/^Version:\s+(\S+)/m.exec(text)?.[1]).toBe(TRAEFIK.split(':v')[1]);
    expect(exitCode).toBe(0);
    const { id } = await launch(TRAEFIK, {
      command: ['--entrypoints.web.address=:80', '--providers.file.filename=/servers.yaml', '--ping=true'],
      files: [{ path: '/servers.yaml', content: balancer('traefik.yaml') }],
    });
    await untilWell(id, ['traefik', 'healthcheck', '--ping=true']);
  });
});

describe('RabbitMQ', () => {
  test('lets the given user in, once its own check says that it listens', async () => {
    const env = { RABBITMQ_DEFAULT_USER: 'shop', RABBITMQ_DEFAULT_PASS: 'queued' };
    const { id } = await launch(RABBITMQ, { env });
    await untilWell(id, ['rabbitmq-diagnostics', '-q', 'check_port_connectivity']);
    const allowed = await engine.exec(id, ['rabbitmqctl', 'authenticate_user', 'shop', 'queued']);
    expect(allowed.exitCode, allowed.stderr).toBe(0);
  });
});

describe('Prometheus', () => {
  test('has the version of its name', async () => {
    const { exitCode, text } = await output(PROMETHEUS_IMAGE, ['--version']);
    expect(exitCode).toBe(0);
    expect(`v${/version ([\d.]+)/.exec(text)?.[1]}`).toBe(PROMETHEUS_IMAGE.split(':')[1]);
  });

  test('serves by its default arguments as nobody, and brings promtool', async () => {
    const { id } = await launch(PROMETHEUS_IMAGE, { memoryBytes: 256 * 1024 ** 2 });
    await untilLogs(id, 'Server is ready to receive web requests');
    const healthy = await engine.exec(id, ['/bin/promtool', 'check', 'ready', '--url=http://127.0.0.1:9090']);
    expect(healthy).toMatchObject({ exitCode: 0 });
    expect((await engine.exec(id, ['id', '-un'])).stdout.trim()).toBe('nobody');
  });
});

describe('k6', () => {
  test('has the version of its name', async () => {
    const { exitCode, text } = await output(K6_IMAGE, ['version']);
    expect(exitCode).toBe(0);
    expect(text).toContain(`k6 v${K6_IMAGE.split(':')[1]}`);
  });

  test('runs a script, as the user of the official image', async () => {
    const script = 'export const options = { iterations: 2 }; export default () => {};';
    const files = [{ path: '/home/k6/script.js', content: script }];
    const { exitCode, text } = await output(K6_IMAGE, ['run', '/home/k6/script.js'], { files });
    expect(text).toMatch(/iterations\.*: 2/);
    expect(exitCode).toBe(0);
    const user = await output(K6_IMAGE, ['-u'], { entrypoint: ['id'] });
    expect(user.text.trim()).toBe('12345');
  });
});

describe('Node', () => {
  test('the base runs Node 24', async () => {
    const { exitCode, text } = await output(NODE_BASE_IMAGE, ['node', '--version']);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^v24\./);
  });

  test('the node image names its commands when asked for one it lacks', async () => {
    const { exitCode, text } = await output(NODE_IMAGE, ['nonsense'], { hardened: true });
    expect(exitCode).toBe(2);
    expect(text).toMatch(/server, client, peer, switching, tracker, agent, door, pipe, reaper/);
  });

  test('a hardened server starts by the default command, and ends cleanly on SIGTERM', async () => {
    const { id } = await launch(NODE_IMAGE, { hardened: true });
    const probe =
      "fetch('http://127.0.0.1:8080/metrics').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))";
    await until('an answer', async () => (await engine.exec(id, ['node', '-e', probe])).exitCode === 0);
    await engine.stop(id, endWithinMs);
    expect(await engine.inspect(id)).toMatchObject({ running: false, exitCode: 0 });
  });
});

test('nothing of these tests remains', async () => {
  expect(await engine.list(run)).toEqual({ containers: [], networks: [], volumes: [] });
});
