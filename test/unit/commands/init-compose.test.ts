import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeProgram } from '../../../orchestrator/command-line/make-program.ts';
import { initCommand } from '../../../orchestrator/commands/init.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-init-'));
  said = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const shop = `
services:
  web: { image: "shop:1", ports: ["8080:3000"], depends_on: [db], restart: always }
  db: { image: "postgres:17", expose: [5432] }
`;

it('writes a scenario of the services of the compose file that is there: users ask the one that publishes a port', async () => {
  writeFileSync(join(folder, 'docker-compose.yaml'), shop);
  await initCommand(folder, { compose: true, ready: '/health', yes: true });
  const { groups, loads, capacity } = await loadScenario(join(folder, 'topolab.yaml'));
  expect(groups.map(({ name, role, image, port }) => [name, role, image, port])).toEqual([
    ['db', 'service', 'postgres:17', 5432],
    ['web', 'server', 'shop:1', 3000],
    ['balancer', 'balancer', 'haproxy:3.0', 8080],
  ]);
  expect(groups[1]).toMatchObject({ after: ['db'], replicas: 2, readiness: { probe: { path: '/health' } } });
  expect(loads[0]?.target).toBe('balancer');
  expect(capacity?.group).toBe('web');
  expect(said.join('')).toContain('note: docker-compose.yaml:3:67 services.web.restart: is not honoured');
});

it('takes the override file along where it is told of no file, as docker compose does', async () => {
  writeFileSync(join(folder, 'docker-compose.yaml'), shop);
  writeFileSync(
    join(folder, 'docker-compose.override.yml'),
    'services: { web: { environment: { A: "1" } }, mail: { image: mail, expose: [25] } }',
  );
  await initCommand(folder, { compose: true, yes: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain(
    '\ncompose: { files: [docker-compose.yaml, docker-compose.override.yml] }\n',
  );
  const { groups } = await loadScenario(join(folder, 'topolab.yaml'));
  expect(groups.find(({ name }) => name === 'web')?.env).toEqual({ A: '1' });
  expect(groups.map(({ name }) => name)).toContain('mail');
  await initCommand(folder, { compose: ['docker-compose.yaml'], yes: true, force: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain('\ncompose: docker-compose.yaml\n');
});

it('is told which service users ask, by its name in the file', async () => {
  const text =
    'services: { Web_1: { image: a, ports: ["80:80"] }, balancer: { image: b, ports: ["81:81"] } }';
  writeFileSync(join(folder, 'stack.yml'), text);
  await initCommand(folder, { compose: ['stack.yml'], target: 'Web_1', yes: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain('  web-1:\n    role: server');
  await initCommand(folder, { compose: ['stack.yml'], target: 'balancer', yes: true, force: true });
  const { loads } = await loadScenario(join(folder, 'topolab.yaml'));
  expect(loads[0]?.target).toBe('entrance');
});

it.each([
  [
    'services: { a: { image: a, ports: [80] }, b: { image: b, ports: [81] } }',
    {},
    'several services publish a port: a on 80, b on 81; write --target with the one that users ask',
  ],
  ['services: { a: { image: a } }', {}, 'no service publishes a port; write --target with one of a'],
  [shop, { target: 'wbe' }, '--target "wbe": is no service; did you mean "web"?'],
  [shop, { image: 'shop' }, '--image "shop": can\'t stand beside --compose; write one of them'],
  [
    'services: { a: { imag: a } }',
    {},
    'compose.yaml:1:18 services.a.imag: is not known here; did you mean "image"?',
  ],
])('refuses %j with %j, and writes nothing', async (text, options, message) => {
  writeFileSync(join(folder, 'compose.yaml'), text);
  await expect(initCommand(folder, { compose: true, ...options, yes: true })).rejects.toThrow(message);
  expect(existsSync(join(folder, 'topolab.yaml'))).toBe(false);
});

const shopWithMail = `${shop}  mail: { image: mail, expose: [25], profiles: [mail] }\n`;

it('takes several files, later ones over earlier ones, and profiles, and writes them into the scenario', async () => {
  writeFileSync(join(folder, 'shop.yaml'), shopWithMail);
  writeFileSync(join(folder, 'load.yaml'), 'services: { web: { environment: { A: "1" } } }');
  await initCommand(folder, { compose: ['shop.yaml', 'load.yaml'], profile: ['mail'], yes: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain(
    '\ncompose: { files: [shop.yaml, load.yaml], profiles: [mail] }\n',
  );
  const { groups } = await loadScenario(join(folder, 'topolab.yaml'));
  expect(groups.find(({ name }) => name === 'web')?.env).toEqual({ A: '1' });
  expect(groups.map(({ name }) => name)).toContain('mail');
  await initCommand(folder, { compose: ['shop.yaml'], yes: true, force: true });
  const without = await loadScenario(join(folder, 'topolab.yaml'));
  expect(without.groups.map(({ name }) => name)).not.toContain('mail');
});

it.each([
  ['COMPOSE_FILE=shop.yaml:load.yaml'],
  ['COMPOSE_FILE=shop.yaml,load.yaml\nCOMPOSE_PATH_SEPARATOR=,'],
])('told of no file, takes those of COMPOSE_FILE: %j', async (variables) => {
  writeFileSync(join(folder, 'compose.yaml'), 'services: { other: { image: other, ports: [80] } }');
  writeFileSync(join(folder, 'shop.yaml'), shop);
  writeFileSync(join(folder, 'load.yaml'), 'services: { web: { environment: { A: "1" } } }');
  writeFileSync(join(folder, '.env'), variables);
  await initCommand(folder, { compose: true, yes: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain(
    '\ncompose: { files: [shop.yaml, load.yaml] }\n',
  );
  vi.stubEnv('COMPOSE_FILE', 'shop.yaml');
  vi.stubEnv('COMPOSE_PATH_SEPARATOR', '');
  await initCommand(folder, { compose: true, yes: true, force: true });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain('\ncompose: shop.yaml\n');
});

it('refuses a profile where there is no compose file to have it', async () => {
  await expect(initCommand(folder, { profile: ['mail'], yes: true })).rejects.toThrow(
    '--profile "mail": is a profile of a compose file; write --compose too',
  );
});

it.each([
  [
    ['--compose', 'shop.yaml', '--compose', 'load.yaml', '--profile', 'mail'],
    '{ files: [shop.yaml, load.yaml], profiles: [mail] }',
  ],
  [['--compose', '--compose', 'shop.yaml'], 'shop.yaml'],
  [['--compose'], 'compose.yaml'],
])('is told by flags: %j', async (flags, compose) => {
  writeFileSync(join(folder, 'compose.yaml'), shop);
  writeFileSync(join(folder, 'shop.yaml'), shopWithMail);
  writeFileSync(join(folder, 'load.yaml'), 'services: { web: { cpus: 0.5 } }');
  const program = makeProgram(() => {
    throw new Error('init unwinds nothing');
  });
  await program.parseAsync(['init', folder, ...flags, '--yes'], { from: 'user' });
  expect(readFileSync(join(folder, 'topolab.yaml'), 'utf8')).toContain(`\ncompose: ${compose}\n`);
});

it('says that there is no compose file', async () => {
  await expect(initCommand(folder, { compose: true, yes: true })).rejects.toThrow('there is no compose file');
});
