// Compose files within a scenario: what stands under `groups` goes before what they say, and each problem is told where it was written.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRunnable } from '../../../orchestrator/commands/load-planned.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-compose-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const compose = `
services:
  web:
    image: shop:1
    ports: ["80:3000"]
    environment: { A: "1", B: "1" }
    depends_on: [db]
  db:
    image: postgres:17
    expose: [5432]
    healthcheck: { test: pg_isready }
`;
const phases = 'phases: [{ name: run, duration: 1s }]';

async function load(
  scenario: string,
  files: Readonly<Record<string, string>> = {},
  name = 'topolab.yaml',
): Promise<Scenario> {
  const all = { 'compose.yaml': compose, [name]: scenario, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return (await loadRunnable(join(folder, name), {})).scenario;
}

async function problemsOf(scenario: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const message = await load(scenario, files).then(
    () => '',
    (error: Error) => error.message,
  );
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.replaceAll(`${folder}/`, ''));
}

describe('a scenario with a compose file', () => {
  it('has its services as groups', async () => {
    const { groups } = await load(`name: a\ncompose: compose.yaml\n${phases}`);
    expect(groups.map(({ name, role }) => [name, role])).toEqual([
      ['db', 'service'],
      ['web', 'service'],
    ]);
    expect(groups[0]?.readiness.probe.kind).toBe('health');
    expect(groups[1]).toMatchObject({ image: 'shop:1', port: 3000, after: ['db'], env: { A: '1', B: '1' } });
  });

  it('writes over them: variables one by one, other fields as a whole, and nothing takes away', async () => {
    const { groups } = await load(`
name: a
compose: { files: compose.yaml }
groups:
  web: { role: server, replicas: 2, env: { B: "2", C: "3", A: }, ready: { http: /up }, after: }
  db: { ready: { tcp: 5432 } }
  balancer: { role: balancer, balances: web }
${phases}`);
    const group = (name: string) => groups.find((each) => each.name === name);
    expect(group('web')).toMatchObject({
      role: 'server',
      replicas: 2,
      env: { B: '2', C: '3' },
      readiness: { probe: { kind: 'http', path: '/up' } },
      after: [],
      image: 'shop:1',
    });
    expect(group('db')?.readiness.probe).toEqual({ kind: 'tcp', port: 5432 });
    expect(group('balancer')?.role).toBe('balancer');
  });

  it('takes only services that are named, and leaves out what is emptied', async () => {
    const { groups } = await load(
      `name: a\ncompose: { files: [compose.yaml], services: [web] }\ngroups: { db: , web: { after: } }\n${phases}`,
    );
    expect(groups.map(({ name }) => name)).toEqual(['web']);
  });

  it('may be a module, and may name the file by a parameter', async () => {
    const text = `export default { name: 'a', parameters: { file: { of: ['compose.yaml', 'none.yaml'], default: 'compose.yaml' } },
      compose: '\${file}', phases: [{ name: 'run', duration: '1s' }] };`;
    expect((await load(text, {}, 'topolab.mjs')).groups).toHaveLength(2);
  });

  it('knows what of the file no run has', async () => {
    const scenario = await load(`name: a\ncompose: compose.yaml\n${phases}`, {
      'compose.yaml': `services: { a: { image: x, privileged: true } }`,
    });
    expect(scenario.notHonoured).toEqual([
      expect.stringMatching(/^compose\.yaml:1:28 services\.a\.privileged: is not honoured: /),
    ]);
  });
});

describe('what is wrong is told where it was written', () => {
  it.each<[string, string, Record<string, string>, string[]]>([
    [
      'in the compose file, as the schema of scenarios has it',
      'compose: compose.yaml',
      {
        'compose.yaml':
          'services:\n  web:\n    image: Shop\n    mem_limit: 1m\n    environment: { 1BAD: x }\n',
      },
      [
        'compose.yaml:3:12 services.web.image: has capitals in its name, which Docker does not take; write shop',
        'compose.yaml:4:16 services.web.mem_limit: "1048576B" is too small; write 6MiB or more',
        'compose.yaml:5:26 services.web.environment.1BAD: is not the name of a variable; write for example LOG_LEVEL',
      ],
    ],
    [
      'in the scenario, where that writes over it',
      'compose: compose.yaml\ngroups:\n  web: { image: Shop, env: { 1BAD: x } }',
      {},
      [
        'topolab.yaml:4:17 groups.web.image: has capitals in its name, which Docker does not take; write shop',
        'topolab.yaml:4:30 groups.web.env.1BAD: is not the name of a variable; write for example LOG_LEVEL',
      ],
    ],
    [
      'in both, in order',
      'compose: compose.yaml\nload: { l: { script: none.js, target: wbe } }',
      { 'compose.yaml': 'services: { web: { image: x, depends_on: [web] } }' },
      expect.arrayContaining([
        expect.stringMatching(/^compose\.yaml:1:43 services\.web\.depends_on\[0\]: /),
      ]) as string[],
    ],
    [
      'with the variables that are not set there, which it mostly comes from',
      'compose: compose.yaml',
      {
        'compose.yaml':
          'services:\n  web:\n    image: shop:${UNSET_TAG}\n    volumes: ["${UNSET_DATA}:/data:$UNSET_MODE"]\n',
      },
      [
        'compose.yaml:3:12 services.web.image: has the tag "", which is none; write letters, digits, dots and hyphens; the variable UNSET_TAG is not set',
        'compose.yaml:4:15 services.web.volumes[0]: ":/data:" names no place in the container; write for example ./conf:/etc/app, or data:/var/lib/data; the variables UNSET_DATA, UNSET_MODE are not set',
      ],
    ],
    [
      'in the section itself',
      'compose: { file: compose.yaml }',
      {},
      expect.arrayContaining([
        'topolab.yaml:2:12 compose.file: is not known here; did you mean "files"?',
      ]) as string[],
    ],
    [
      'of a service that is not there',
      'compose: { files: compose.yaml, services: [wbe] }',
      {},
      expect.arrayContaining([
        'topolab.yaml:2:44 compose.services[0]: there is no service "wbe"; did you mean "web"?',
      ]) as string[],
    ],
    [
      'of a compose file that is not there, or lies elsewhere',
      'compose: ../compose.yaml',
      {},
      expect.arrayContaining([expect.stringContaining('"../compose.yaml" can\'t be read: ')]) as string[],
    ],
    [
      'of files that are looked at before a run',
      'compose: compose.yaml',
      {
        'compose.yaml':
          'services: { web: { build: web, secrets: [key] } }\nsecrets: { key: { file: none.txt } }',
      },
      [
        "compose.yaml:1:27 services.web.build: can't be built (with Dockerfile): there is no such file",
        "compose.yaml:2:25 secrets.key.file: none.txt can't be read: there is no such file",
      ],
    ],
  ])('%s', async (_, scenario, files, expected) => {
    expect(await problemsOf(`name: a\n${scenario}\n${phases}`, files)).toEqual(expected);
  });
});
