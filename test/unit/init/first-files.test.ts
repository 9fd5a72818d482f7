import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Answers, nameFrom } from '../../../orchestrator/init/answers.ts';
import { firstFiles, withIgnored, withScript } from '../../../orchestrator/init/first-files.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';

const answers: Answers = {
  name: 'shop',
  image: `registry.example:5000/shop@sha256:${'0'.repeat(64)}`,
  compose: null,
  port: 3000,
  path: '/?q="x"',
  ready: '/health',
  ratePerSecond: 40,
  ci: null,
};

describe('the files of a first scenario', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'topolab-init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function written(given: Answers): string {
    for (const { path, content } of firstFiles(given)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return join(folder, 'topolab.yaml');
  }

  it('are a scenario that is valid, and holds what was answered', async () => {
    const scenario = await loadScenario(written(answers));
    const app = scenario.groups.find(({ name }) => name === 'app');
    expect(app).toMatchObject({
      image: answers.image,
      port: 3000,
      readiness: { probe: { kind: 'http', path: '/health' } },
    });
    expect(scenario.loads[0]).toMatchObject({ target: 'balancer', model: { maxVirtualUsers: 400 } });
    expect(scenario.capacity).toMatchObject({ targetRate: 40 });
  });

  it('ask for two cores at the start, which a small machine has', async () => {
    const { groups, loads } = await loadScenario(written(answers));
    const limits = [...groups, ...loads.map((load) => ({ ...load, replicas: load.generators }))];
    expect(limits.reduce((sum, { cpus, replicas }) => sum + (cpus ?? 0) * replicas, 0)).toBe(2);
  });

  it.each(['/${x}', '/a,b}', '/a#b', '/:a'])('are valid with the readiness path %s', async (ready) => {
    const scenario = await loadScenario(written({ ...answers, ready }));
    expect(scenario.groups.find(({ name }) => name === 'app')?.readiness.probe).toMatchObject({
      path: ready,
    });
  });

  it('are valid without an image: a server of ours', async () => {
    const scenario = await loadScenario(written({ ...answers, image: null, ready: null, ratePerSecond: 1 }));
    expect(scenario.groups.find(({ name }) => name === 'app')).toMatchObject({ foreignImage: false });
  });

  it('ask for the path that was answered, whatever it has in it', () => {
    const script = firstFiles(answers).find(({ path }) => path === 'load/users.js')?.content;
    expect(script).toContain('http.get(`${__ENV.BASE_URL}${"/?q=\\"x\\""}`)');
    const [, plain] = firstFiles({ ...answers, path: '/products?page=2' });
    expect(plain?.content).toContain('http.get(`${__ENV.BASE_URL}/products?page=2`)');
  });

  it.each([
    ['github', '.github/workflows/load-test.yml'],
    ['gitlab', 'load-test.gitlab-ci.yml'],
  ] as const)('have a job for %s that keeps what the run left', (ci, path) => {
    const job = firstFiles({ ...answers, ci }).find((file) => file.path === path)?.content ?? '';
    expect(JSON.stringify(parse(job))).toMatch(/topolab run topolab\.yaml --setup.*junit\.xml/);
  });
});

describe('what is added to files that are there', () => {
  it('is a line in .gitignore for each folder that is not ignored yet', () => {
    expect(withIgnored('node_modules\n/runs\nstudies/')).toBe(
      'node_modules\n/runs\nstudies/\n/failures/\n/charts/\n/calibrations/\n',
    );
    expect(withIgnored(withIgnored('') ?? '')).toBeUndefined();
  });

  it('is a script in package.json, which keeps its indentation', () => {
    expect(withScript('{\n\t"name": "x",\n\t"scripts": {\n\t\t"test": "y"\n\t}\n}\n')).toBe(
      '{\n\t"name": "x",\n\t"scripts": {\n\t\t"test": "y",\n\t\t"load-test": "topolab run topolab.yaml"\n\t}\n}\n',
    );
  });

  it.each(['{ "scripts": { "load-test": "mine" } }', 'no JSON', '[]', '{ "scripts": "wrong" }'])(
    'is nothing where package.json is %s',
    (manifest) => expect(withScript(manifest)).toBeUndefined(),
  );
});

describe('the name of a scenario after its folder', () => {
  it.each([
    ['My Shop (2)', 'my-shop-2'],
    ['42', 'shop'],
    ['7-wonders', 'wonders'],
    ['', 'shop'],
    ['constructor', 'shop'],
    [`${'a'.repeat(29)}-b`, 'a'.repeat(29)],
  ])('%s → %s', (folder, name) => expect(nameFrom(folder)).toBe(name));
});
