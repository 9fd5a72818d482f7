// Builds what is published: the program as JavaScript, for Node runs no TypeScript below node_modules; the types of defineScenario; and, as
// they are, the sources that Topolab itself bundles at run time (programs inside containers, what surrounds k6 scripts). `npm pack` the folder.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';

const project = join(import.meta.dirname, '..');
/** Where the package is built, relative to the project. */
export const packageFolder = join('build', 'package');

/** Copied as they are, but for TypeScript that is compiled anyway. */
const copied = [
  'README.md',
  'LICENSE',
  'dashboards/generated',
  'dashboards/provisioning',
  'docs',
  'scenarios',
  'suites',
];
/** Folders whose files other than TypeScript are read at run time: Dockerfiles, entry points, the delay program. */
const withAssets = ['orchestrator', 'node-image'];
/** Bundled at run time from their sources, with all that they import. */
const bundledAtRunTime = ['node-image', 'orchestrator/load/in-k6', 'orchestrator/study/load'];

/** Makes the package's folder anew. Fails where the program has type errors. */
export async function buildPackage(): Promise<void> {
  const target = join(project, packageFolder);
  await rm(target, { recursive: true, force: true });
  await compile(target);
  for (const path of copied) await copy(path, target, (file) => !file.startsWith('docs/images'));
  for (const path of withAssets) await copy(path, target, (file) => extname(file) !== '.ts');
  for (const path of bundledAtRunTime) await copy(path, target, () => true);
  await writeStart(target);
  await writeManifest(target);
}

const run = promisify(execFile);

/** JavaScript of all that the program imports, and the types of what people import. */
async function compile(target: string): Promise<void> {
  const tsc = (config: string) => run('tsc', ['-p', join(project, 'packaging', config), '--outDir', target]);
  try {
    await Promise.all([tsc('tsconfig.json'), tsc('tsconfig.types.json')]);
  } catch (error) {
    throw new Error(`the program does not compile:\n${(error as { stdout?: string }).stdout}`, {
      cause: error,
    });
  }
}

async function copy(path: string, target: string, wanted: (file: string) => boolean): Promise<void> {
  const below = (source: string) => source.slice(project.length + 1);
  await cp(join(project, path), join(target, path), {
    recursive: true,
    filter: (source) => wanted(below(source)),
  });
}

/** The one file of JavaScript in the sources imports TypeScript. */
async function writeStart(target: string): Promise<void> {
  const path = join('orchestrator', 'topolab.js');
  const text = await readFile(join(project, path), 'utf8');
  const built = text.replace('./command-line/main.ts', './command-line/main.js');
  if (built === text)
    throw new Error(`${path} does not import ./command-line/main.ts any more: adapt its copy`);
  await mkdir(dirname(join(target, path)), { recursive: true });
  await writeFile(join(target, path), built, { mode: 0o755 });
}

/** The project's own, without what only developers need. */
async function writeManifest(target: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  for (const name of ['private', 'scripts', 'devDependencies', 'files']) delete manifest[name];
  const published = {
    ...manifest,
    exports: {
      '.': {
        types: './orchestrator/scenario/define-scenario.d.ts',
        default: './orchestrator/scenario/define-scenario.js',
      },
      './scenario.schema.json': './docs/reference/scenario.schema.json',
      './package.json': './package.json',
    },
  };
  await writeFile(join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

if (import.meta.main) {
  await buildPackage();
  process.stdout.write(`${packageFolder}\n`);
}
