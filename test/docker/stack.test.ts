// The stack that outlives runs, as a person uses it: up, a run that is measured by it, down. One engine holds one stack only, so
// these tests refuse to begin where somebody's stack is up or has left its data.
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { type StackStatus, stackStatus } from '../../orchestrator/stack/find-stack.ts';
import { STACK } from '../../orchestrator/stack/stack-specs.ts';
import { leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';

/** Whether the stack is this file's own: nobody else's is ever removed. */
let ours = false;

async function namesOfStack(): Promise<string[]> {
  await using engine = await connectDocker();
  const { containers, networks, volumes } = await engine.list(STACK);
  return [...containers, ...networks, ...volumes].map(({ name }) => name).toSorted();
}

async function statusOfStack(): Promise<StackStatus> {
  await using engine = await connectDocker();
  return await stackStatus(engine);
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listen();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function upArguments(prometheusPort?: number): Promise<string[]> {
  const ports = [prometheusPort ?? (await freePort()), await freePort()];
  return ['stack', 'up', '--setup', '--prometheus-port', `${ports[0]}`, '--grafana-port', `${ports[1]}`];
}

/** A run of a few seconds: one server, one user. */
function tinyScenario(): string {
  const script = fileURLToPath(new URL('../fixtures/docker/load/work.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'topolab-test-'));
  copyFileSync(script, join(folder, 'work.ts'));
  const file = join(folder, 'on-the-stack.yaml');
  writeFileSync(
    file,
    `name: on-the-stack
groups:
  server: { role: server, cpus: 0.5 }
load:
  users:
    script: work.ts
    target: server
    model: open
    startRate: 10/s
    stages: [{ duration: 5s, rate: 10/s }]
    maxVirtualUsers: 5
objectives:
  - errors: { atMost: 1% }
`,
  );
  return file;
}

/** Names of the networks that a container is attached to, as the stack's containers see them: by their interfaces. */
async function interfacesOf(containerId: string): Promise<string[]> {
  await using engine = await connectDocker();
  const { stdout } = await engine.exec(containerId, ['ls', '/sys/class/net']);
  return stdout
    .split(/\s+/)
    .filter((name) => name.startsWith('eth'))
    .toSorted();
}

async function queryPage(url: string, expr: string): Promise<number[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return data.result.map(({ value }) => Number(value[1]));
}

beforeAll(async () => {
  const there = await namesOfStack();
  if (there.length > 0) {
    throw new Error(
      `A stack is on this engine already (${there.join(', ')}), and these tests need one of their own. ` +
        'Remove it with `topolab stack down --volumes`, or run them on another engine.',
    );
  }
  ours = true;
});

afterAll(async () => {
  if (!ours) return;
  await using engine = await connectDocker();
  await removeLeftovers(engine, STACK);
});

describe('a stack whose port is taken', () => {
  it('says which, exits 1 and leaves nothing', async () => {
    const { server, port } = await listen();
    try {
      const { exitCode, stderr } = await topolab(await upArguments(port));
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`port ${port}`);
      expect(stderr).toMatch(/^ {2}→ /m);
    } finally {
      server.close();
    }
    expect(await namesOfStack()).toEqual([]);
  });
});

describe('a stack', () => {
  let prometheusUrl = '';
  let before: StackStatus;

  beforeAll(async () => {
    const { exitCode, stdout, stderr } = await topolab(await upArguments());
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain('The stack is up.');
    before = await statusOfStack();
    prometheusUrl = before.parts.find(({ part }) => part === 'prometheus')?.url ?? '';
  });

  it('says that it is up, and where, and exits 0', async () => {
    const { exitCode, stdout } = await topolab(['stack', 'status']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(prometheusUrl);
    expect(await (await fetch(`${prometheusUrl}/-/ready`)).text()).toContain('Ready');
  });

  it('lets a page of its own read, and no page of another site; nobody writes', async () => {
    const { port } = new URL(prometheusUrl);
    const ask = (headers: Record<string, string>, method = 'GET', path = '/api/v1/query?query=up') =>
      new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
        const options = { host: '127.0.0.1', port, method, path, headers };
        const asked = request(options, (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, headers: response.headers });
        });
        asked.once('error', reject);
        asked.end();
      });
    const own = await ask({ host: `localhost:${port}`, origin: `http://localhost:${port}` });
    expect(own.status).toBe(200);
    expect(own.headers['access-control-allow-origin']).toBeUndefined();
    for (const headers of [
      { host: `attacker.example:${port}` },
      { origin: 'https://attacker.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      expect((await ask(headers)).status, JSON.stringify(headers)).toBe(403);
    for (const path of ['/api/v1/write', '/api/v1/admin/tsdb/delete_series?match[]=up', '/-/quit'])
      for (const method of ['POST', 'PUT']) expect((await ask({}, method, path)).status, path).toBe(404);
  });

  it('or says that it runs without Grafana, where its image is not available', async () => {
    const { stdout } = await topolab(['stack', 'status']);
    const grafana = before.parts.find(({ part }) => part === 'grafana');
    if (grafana === undefined) {
      expect(stdout).toContain('not running: its image is not available');
    } else {
      const found = await fetch(`${grafana.url}/api/dashboards/uid/topolab-run-overview`);
      expect(found.status).toBe(200);
    }
  });

  describe('while it is up', () => {
    let run: string;
    let interfaces: string[][];
    const observers = () => before.parts.filter(({ part }) => part !== 'grafana');

    beforeAll(async () => {
      interfaces = await Promise.all(observers().map(({ containerId }) => interfacesOf(containerId)));
      const runs = temporaryFolder();
      const { exitCode, stdout, stderr } = await topolab(['run', tinyScenario(), '--runs', runs]);
      expect([0, 4], stdout + stderr).toContain(exitCode);
      const saved = await readRun(onlyRun(runs));
      run = saved.id;
      expect(saved.verdict?.objectives.map(({ status }) => status)).toEqual(['held']);
    });

    it('measures runs, and has their samples when they are gone', async () => {
      const counted = await queryPage(
        prometheusUrl,
        `sum(max_over_time(k6_http_reqs_total{run="${run}"}[5m]))`,
      );
      expect(counted[0]).toBeGreaterThan(20);
      for (const metric of ['container_cpu_usage_seconds_total', 'topolab_group_nodes']) {
        const series = await queryPage(prometheusUrl, `count(count_over_time(${metric}{run="${run}"}[5m]))`);
        expect(series[0], metric).toBeGreaterThan(0);
      }
    });

    it('keeps nothing of a run but its samples: no container, no network, no target', async () => {
      expect(await leftOf('on-the-stack')).toEqual([]);
      expect(await statusOfStack()).toEqual(before);
      const after = await Promise.all(observers().map(({ containerId }) => interfacesOf(containerId)));
      expect(after).toEqual(interfaces);
      const targets = async () => {
        const response = await fetch(`${prometheusUrl}/api/v1/targets?state=active`);
        return (await response.text()).includes(run);
      };
      await expect.poll(targets, { timeout: 60_000, interval: 500 }).toBe(false);
    });
  });

  it('a second up changes nothing', async () => {
    const port = (url: string | undefined) => new URL(url ?? '').port;
    const args = ['stack', 'up', '--setup', '--prometheus-port', port(prometheusUrl)];
    const grafana = before.parts.find(({ part }) => part === 'grafana');
    const { exitCode } = await topolab(
      grafana === undefined ? args : [...args, '--grafana-port', port(grafana.url)],
    );
    expect(exitCode).toBe(0);
    expect(await statusOfStack()).toEqual(before);
  });

  it('goes down and keeps its data, or with --volumes leaves nothing', async () => {
    const down = await topolab(['stack', 'down']);
    expect(down.exitCode).toBe(0);
    expect(await namesOfStack()).toEqual(['topolab-stack-prometheus']);
    const status = await topolab(['stack', 'status']);
    expect([status.exitCode, status.stdout]).toEqual([1, expect.stringContaining('The stack is down.')]);
    const all = await topolab(['stack', 'down', '--volumes']);
    expect(all.exitCode).toBe(0);
    expect(await namesOfStack()).toEqual([]);
  });
});
