// Makes the module that k6 runs out of the user's script: bundled, with stand-ins for k6's modules through which every request and iteration is
// counted (in-k6/), and with options that Topolab decides. Bundling finds missing imports and syntax errors before anything is launched.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, type BuildOptions, build, type Plugin } from 'esbuild';
import type { FileToPlace } from '../engine/engine.ts';
import type { Load } from '../scenario/load/load.ts';
import { ExitCode, messageOf, TopolabError } from '../errors.ts';
import { OpenedFiles } from './opened-files.ts';
import { type ScriptThreshold, thresholdProblem } from './script-thresholds.ts';
import { writtenOptions } from './written-options.ts';

/** Where a generator leaves k6's end-of-test summary. */
export const SUMMARY_PATH = '/tmp/topolab-summary.json';
/** The module beside the bundle that says what this generator is to do. */
const SETTINGS = './topolab-settings.js';
const IN_K6 = fileURLToPath(new URL('in-k6/', import.meta.url));
const ON_WEB = /^https?:\/\//;
/** k6 modules with a stand-in. */
const STAND_INS: Readonly<Record<string, string>> = {
  k6: 'k6.ts',
  'k6/http': 'http.ts',
  'k6/metrics': 'metrics.ts',
  'k6/experimental/websockets': 'experimental-websockets.ts',
  'k6/net/grpc': 'grpc.ts',
  'k6/timers': 'timers.ts',
  'k6/websockets': 'websockets.ts',
  'k6/ws': 'ws.ts',
};

export interface BundledScript {
  readonly code: string;
  /** Of the script itself. k6 reads both, but not both in one file. */
  readonly format: 'esm' | 'cjs';
  /** Files that it open()s. */
  readonly files: readonly FileToPlace[];
}

type Script = Pick<Load, 'script' | 'scriptPath' | 'files'>;

/** Bundles a k6 script: TypeScript or JavaScript, imports from node_modules included. Fails with `script-invalid` (exit 2). */
export async function bundleScript(script: Script): Promise<BundledScript> {
  try {
    return await makeBundle(script);
  } catch (cause) {
    throw scriptInvalid(script.scriptPath, cause);
  }
}

export interface ScriptLook {
  /** What keeps it from being bundled, a line each: `users.js:3:7 what is wrong`. Empty where nothing does. */
  readonly problems: readonly string[];
  /** Names of its own options, as far as they are written out. */
  readonly options: readonly string[];
  /** Modules that k6 loads from the web: nobody has looked into them. */
  readonly fromWeb: readonly string[];
  /** It exports a default function, as far as its text tells. */
  readonly hasDefault: boolean;
}

export async function lookIntoScript(script: Script): Promise<ScriptLook> {
  try {
    const { options, fromWeb, format, exports } = await makeBundle(script);
    return { problems: [], options, fromWeb, hasDefault: format === 'cjs' || exports.includes('default') };
  } catch (cause) {
    return { problems: problemsIn(cause), options: [], fromWeb: [], hasDefault: true };
  }
}

/** Hash of a script with all that it imports and opens, whatever Topolab makes of it. Fails as `bundleScript` does. */
export async function fingerprintOf(script: Script): Promise<string> {
  const folder = dirname(script.scriptPath);
  const hash = createHash('sha256');
  try {
    const { inputs, files } = await makeBundle(script);
    const modules = inputs.map((path) => resolve(folder, path)).filter((path) => !isOurs(path));
    const read = modules.map((path) => ({ path: relative(folder, path), content: readFileSync(path) }));
    for (const { path, content } of [...read, ...files].toSorted((a, b) => (a.path < b.path ? -1 : 1)))
      hash.update(`${path} ${content.length} `).update(content);
  } catch (cause) {
    throw scriptInvalid(script.scriptPath, cause);
  }
  return hash.digest('hex');
}

function isOurs(path: string): boolean {
  return path.startsWith(IN_K6) || path.startsWith(realpathSync(IN_K6));
}

interface Made extends BundledScript {
  readonly exports: readonly string[];
  /** Names of the script's own options. */
  readonly options: readonly string[];
  /** Modules that it is made of, paths from its folder. */
  readonly inputs: readonly string[];
  /** URLs of those that it leaves to k6. */
  readonly fromWeb: readonly string[];
}

async function makeBundle(script: Script): Promise<Made> {
  const { scriptPath } = script;
  const opened = new OpenedFiles(script);
  for (const path of script.files) opened.add(path, path);
  const { format, exports, options, inputs, fromWeb } = await lookAt(scriptPath, opened);
  const contents = format === 'esm' ? esmEntry(scriptPath, exports) : commonJsEntry(scriptPath);
  const code = await bundle(scriptPath, opened, {
    stdin: { contents, resolveDir: dirname(scriptPath), sourcefile: 'topolab-entry.js', loader: 'js' },
    format,
  });
  return { code: code.text, format, files: opened.files, options, inputs, fromWeb, exports };
}

/** The settings beside a bundle. */
export function settingsModule({ format }: BundledScript, settings: object): string {
  return `${format === 'esm' ? 'export default' : 'module.exports ='} ${JSON.stringify(settings)};\n`;
}

/** A module's exports have to be named in its text: which ones there are is known once the script has been read. */
async function lookAt(
  scriptPath: string,
  opened: OpenedFiles,
): Promise<Pick<Made, 'format' | 'options' | 'inputs' | 'fromWeb' | 'exports'>> {
  const { text, meta } = await bundle(scriptPath, opened, { entryPoints: [scriptPath], format: 'esm' });
  const { names: options, thresholds } = writtenOptions(text);
  const inputs = Object.keys(meta.inputs);
  refuseThresholds(thresholds, inputs, dirname(scriptPath));
  const [output] = Object.values(meta.outputs);
  const entry = output?.entryPoint === undefined ? undefined : meta.inputs[output.entryPoint];
  const imported = Object.values(meta.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const fromWeb = [...new Set(imported.filter((path) => ON_WEB.test(path)))].toSorted();
  return { format: entry?.format ?? 'esm', exports: output?.exports ?? [], options, inputs, fromWeb };
}

/** Throws what is wrong with the script's own thresholds, in esbuild's form. @param inputs paths relative to the folder */
function refuseThresholds(
  thresholds: readonly ScriptThreshold[],
  inputs: readonly string[],
  folder: string,
): void {
  const errors = thresholds.flatMap((each) => {
    const text = thresholdProblem(each);
    if (text === undefined) return [];
    return [
      { text: `threshold ${text}`, location: placeOf([each.expression, each.selector], inputs, folder) },
    ];
  });
  if (errors.length > 0) throw Object.assign(new Error(errors[0]?.text), { errors });
}

/** Where one of these texts stands as a string: the bundle has lost the places of what was written. */
function placeOf(
  texts: readonly string[],
  inputs: readonly string[],
  folder: string,
): { file: string; line: number; column: number } | null {
  const own = inputs.filter((file) => !file.includes('node_modules/') && existsSync(join(folder, file)));
  for (const text of texts) {
    for (const file of own) {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n');
      const line = lines.findIndex((each) => each.includes(text));
      if (line >= 0) return { file, line: line + 1, column: (lines[line] ?? '').indexOf(text) };
    }
  }
  return null;
}

async function bundle(scriptPath: string, opened: OpenedFiles, options: BuildOptions) {
  const result = await build({
    ...options,
    absWorkingDir: dirname(scriptPath),
    outfile: join(dirname(scriptPath), 'topolab-bundle.js'),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    // k6 reads it: its messages then name the user's own file and line.
    sourcemap: 'inline',
    sourcesContent: false,
    plugins: [standIns, opened.plugin],
    logLevel: 'silent',
  });
  return { text: result.outputFiles[0]?.text ?? '', meta: result.metafile };
}

/** What the script and its libraries import from k6 are the stand-ins; what these import is k6's own. */
const standIns: Plugin = {
  name: 'stand-ins',
  setup(build) {
    build.onResolve({ filter: /^k6($|\/)/ }, ({ path, importer }) => {
      const standIn = importer.startsWith(IN_K6) ? undefined : STAND_INS[path];
      return standIn === undefined ? { path, external: true } : { path: join(IN_K6, standIn) };
    });
    build.onResolve({ filter: ON_WEB }, ({ path }) => ({ path, external: true }));
    build.onResolve({ filter: /^\.\/topolab-settings\.js$/ }, () => ({ path: SETTINGS, external: true }));
  },
};

function esmEntry(scriptPath: string, exports: readonly string[]): string {
  const names = new Set([...exports, 'options', 'handleSummary']);
  const lines = [...names].map(
    (name, index) =>
      `const e${index} = wrapped[${JSON.stringify(name)}];\nexport { e${index} as ${JSON.stringify(name)} };`,
  );
  return `
import settings from ${JSON.stringify(SETTINGS)};
import { wrapScript } from ${JSON.stringify(join(IN_K6, 'entry.ts'))};
import * as script from ${moduleOf(scriptPath)};
const wrapped = wrapScript(script, settings, ${JSON.stringify(SUMMARY_PATH)});
${lines.join('\n')}
`;
}

function commonJsEntry(scriptPath: string): string {
  return `
const settings = require(${JSON.stringify(SETTINGS)});
const { wrapScript } = require(${JSON.stringify(join(IN_K6, 'entry.ts'))});
module.exports = wrapScript(require(${moduleOf(scriptPath)}), settings, ${JSON.stringify(SUMMARY_PATH)});
`;
}

function moduleOf(scriptPath: string): string {
  return JSON.stringify(`./${basename(scriptPath)}`);
}

function scriptInvalid(scriptPath: string, cause: unknown): TopolabError {
  return new TopolabError(`bundle the k6 script ${scriptPath}:\n  ${problemsIn(cause).join('\n  ')}`, {
    code: 'script-invalid',
    hint: 'Correct the script; `k6 inspect` shows the same errors.',
    exitCode: ExitCode.usage,
    cause,
  });
}

function problemsIn(cause: unknown): string[] {
  const { errors = [] } = Object(cause) as Partial<BuildFailure>;
  if (errors.length === 0) return [messageOf(cause)];
  return errors.map(({ text, location }) =>
    location === null ? text : `${location.file}:${location.line}:${location.column + 1} ${text}`,
  );
}
