// That the linter holds the arrows between the folders: one violation of each rule is planted, and must be reported.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const oxlint = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint');

/** A type import counts as much as any other: knowledge is what the arrows are about. */
const importsEngine = (from: string) =>
  `import type { Engine } from '${from}';\nexport type Known = Engine;\n`;
const importsDockerode = "import Docker from 'dockerode';\nexport const docker = new Docker();\n";

const imports = 'eslint(no-restricted-imports)';
const globals = 'eslint(no-restricted-globals)';

const violations = [
  ['run/ knows dockerode', 'orchestrator/run/planted.ts', importsDockerode, imports],
  ['the fake engine knows dockerode', 'orchestrator/engine/fake/planted.ts', importsDockerode, imports],
  ['the engine port knows dockerode', 'orchestrator/engine/planted.ts', importsDockerode, imports],
  ['report/ knows dockerode', 'orchestrator/report/planted.ts', importsDockerode, imports],
  ['plan/ knows the engine', 'orchestrator/plan/planted.ts', importsEngine('../engine/engine.ts'), imports],
  [
    'plan/ reads files',
    'orchestrator/plan/planted-files.ts',
    "import { readFile } from 'node:fs/promises';\nexport const read = readFile;\n",
    imports,
  ],
  [
    'plan/ draws unseeded random numbers',
    'orchestrator/plan/planted-random.ts',
    'export const drawn = Math.random();\n',
    'eslint(no-restricted-properties)',
  ],
  [
    'plan/ takes random bytes',
    'orchestrator/plan/planted-bytes.ts',
    "import { randomBytes } from 'node:crypto';\nexport const drawn = randomBytes(4);\n",
    imports,
  ],
  [
    'plan/ reads the clock',
    'orchestrator/plan/planted-date.ts',
    'export const nowMs = Date.now();\n',
    globals,
  ],
  [
    'plan/ sets a timer',
    'orchestrator/plan/planted-timer.ts',
    'export const timer = setTimeout(String, 1);\n',
    globals,
  ],
  [
    'scenario/ knows the engine',
    'orchestrator/scenario/planted.ts',
    importsEngine('../engine/engine.ts'),
    imports,
  ],
  [
    'capacity/ knows the engine',
    'orchestrator/capacity/planted.ts',
    importsEngine('../engine/engine.ts'),
    imports,
  ],
  [
    'prediction/ reads files',
    'orchestrator/prediction/planted-files.ts',
    "import { readFile } from 'node:fs/promises';\nexport const read = readFile;\n",
    imports,
  ],
  [
    'judge/ reads the clock',
    'orchestrator/judge/planted-date.ts',
    'export const nowMs = Date.now();\n',
    globals,
  ],
  ['judge/ knows the engine', 'orchestrator/judge/planted.ts', importsEngine('../engine/engine.ts'), imports],
  [
    'report/ measures',
    'orchestrator/report/planted-measure.ts',
    "import { measureLoad } from '../measure/measure-load.ts';\nexport const again = measureLoad;\n",
    imports,
  ],
  [
    'report/ measures figures',
    'orchestrator/report/planted-figures.ts',
    "import { Readings } from '../measure/readings/readings.ts';\nexport const Read = Readings;\n",
    imports,
  ],
  [
    'report/ knows the engine',
    'orchestrator/report/planted-engine.ts',
    importsEngine('../engine/engine.ts'),
    imports,
  ],
  [
    'a folder of report/ knows the engine',
    'orchestrator/report/sections/planted.ts',
    importsEngine('../../engine/engine.ts'),
    imports,
  ],
  [
    'report/ asks Prometheus',
    'orchestrator/report/planted-prometheus.ts',
    "import { createPrometheusClient } from '../metrics/prometheus-client.ts';\nexport const ask = createPrometheusClient;\n",
    imports,
  ],
  [
    'the engine knows the plan',
    'orchestrator/engine/planted-plan.ts',
    "import type { Plan } from '../plan/plan.ts';\nexport type Known = Plan;\n",
    imports,
  ],
  [
    'the Docker engine knows the plan',
    'orchestrator/engine/docker/planted-plan.ts',
    "import type { Plan } from '../../plan/plan.ts';\nexport type Known = Plan;\n",
    imports,
  ],
  [
    'node-image/ knows the orchestrator',
    'node-image/server/planted.ts',
    importsEngine('../../orchestrator/engine/engine.ts'),
    imports,
  ],
  [
    'a program of a node knows another',
    'node-image/client/planted-sibling.ts',
    "import type { RunningServer } from '../server/server.ts';\nexport type Known = RunningServer;\n",
    imports,
  ],
  [
    'what programs share knows one of them',
    'node-image/user/planted-program.ts',
    "import { runServer } from '../server/server.ts';\nexport const run = runServer;\n",
    imports,
  ],
  [
    'what lets nodes enrol knows a program',
    'node-image/enrolment/planted-program.ts',
    "import { runServer } from '../server/server.ts';\nexport const run = runServer;\n",
    imports,
  ],
] as const;

/** What the rules must let pass. */
const allowed = {
  'orchestrator/report/allowed.ts':
    "import type { PhaseFigures } from '../measure/figures/figures.ts';\nexport type Known = PhaseFigures;\n",
  'orchestrator/engine/docker/allowed.ts': importsDockerode,
  'orchestrator/plan/allowed.ts':
    "import { createHash } from 'node:crypto';\nexport const hash = createHash;\n",
  'node-image/client/allowed.ts':
    "import { fileSettings } from '../swarm/file-settings.ts';\nexport const settings = fileSettings;\n",
  'node-image/server/allowed.ts':
    "import { messageOf } from '../../orchestrator/errors.ts';\nexport const of = messageOf;\n",
};

interface Report {
  readonly diagnostics: readonly { readonly filename: string; readonly code: string }[];
}

describe('the linter', () => {
  const copy = mkdtempSync(join(tmpdir(), 'topolab-lint-'));
  let diagnostics: Report['diagnostics'] = [];

  beforeAll(async () => {
    cpSync(join(root, '.oxlintrc.json'), join(copy, '.oxlintrc.json'));
    const planted = violations.map(([, path, text]) => [path, text] as const);
    for (const [path, text] of [...planted, ...Object.entries(allowed)]) {
      mkdirSync(join(copy, dirname(path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
    const stdout = await new Promise<string>((resolve) => {
      // It exits 1 where it finds anything.
      execFile(process.execPath, [oxlint, '--format', 'json'], { cwd: copy }, (_, text) => resolve(text));
    });
    ({ diagnostics } = JSON.parse(stdout) as Report);
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const reported = (path: string) =>
    diagnostics.filter(({ filename }) => filename === path).map(({ code }) => code);

  it.each(violations)('reports it where %s', (_, path, __, code) => {
    expect(reported(path)).toContain(code);
  });

  it.each(Object.keys(allowed))('lets %s pass', (path) => {
    expect(reported(path)).toEqual([]);
  });
});
