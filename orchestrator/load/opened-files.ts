// What a script reads: the modules that it imports and the files that it open()s, all of them below the scenario's folder. Scripts come from
// other people too, and what is bundled goes into a container that may reach the internet.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, type Loader, type PartialMessage, type Plugin, transformSync } from 'esbuild';
import type { FileToPlace } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import type { Load } from '../scenario/load/load.ts';
import { isBelow } from '../scenario/text/is-below.ts';
import { fileProblem } from '../scenario/text/read-bounded.ts';
import { SCRIPT_FOLDER } from './k6-log.ts';

const OURS = realpathSync(fileURLToPath(new URL('in-k6/', import.meta.url)));
const MAX_DATA_BYTES = 32 * 1024 * 1024;
const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
};
/** Stands for k6's open() while it is told from functions of that name in the script. */
const MARK = '__topolab_open';
const LITERAL = new RegExp(
  `${MARK}\\(\\s*("(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`[^\`$\\\\]*\`)(?=\\s*[,)])`,
  'g',
);

/** The folder below which a script and all that it reads must lie: the scenario's, or its own where the scenario names one elsewhere. */
export function folderOf({ script, scriptPath }: Pick<Load, 'script' | 'scriptPath'>): string {
  const named = join(script);
  const below = !isAbsolute(script) && !named.startsWith('..') && scriptPath.endsWith(`${sep}${named}`);
  return below ? scriptPath.slice(0, -named.length - 1) || sep : dirname(scriptPath);
}

/** Collects the files that modules open, as they are bundled. Problems become esbuild's, with file and line of the import. */
export class OpenedFiles {
  readonly #root: string;
  readonly #scriptFolder: string;
  readonly #files = new Map<string, Buffer>();

  constructor(load: Pick<Load, 'script' | 'scriptPath'>) {
    this.#root = realpathSync(folderOf(load));
    this.#scriptFolder = dirname(load.scriptPath);
  }

  get files(): FileToPlace[] {
    return [...this.#files].map(([path, content]) => ({ path, content }));
  }

  get plugin(): Plugin {
    return {
      name: 'opened-files',
      setup: (build) => {
        build.onLoad({ filter: /./, namespace: 'file' }, ({ path }) => {
          const problem = this.#problemOf(path);
          if (problem !== undefined) return { errors: [{ text: problem }] };
          const loader = LOADERS[extname(path)];
          if (loader === undefined || path.startsWith(OURS)) return undefined;
          const source = readFileSync(path, 'utf8');
          if (!/\bopen\s*\(/.test(source)) return undefined;
          try {
            return { contents: this.#withFiles(source, loader, path), loader: 'js' };
          } catch (error) {
            return { errors: [problemIn(source, path, error)] };
          }
        });
      },
    };
  }

  /** k6 reads a path relative to the module that it stands in; of computed ones it is known only where they are listed under `files`. */
  #withFiles(source: string, loader: Loader, path: string): string {
    const { code } = transformSync(source, {
      loader,
      define: { open: MARK },
      sourcefile: path,
      sourcemap: 'inline',
      sourcesContent: false,
    });
    return code
      .replaceAll(LITERAL, (_, literal: string) => {
        const name = literal.slice(1, -1);
        return `open(${JSON.stringify(this.add(resolve(dirname(path), name.replace(/^file:\/\//, '')), name))}`;
      })
      .replaceAll(MARK, 'open');
  }

  /** Takes a file along. Returns its path in the generator: the same, seen from the script. Throws what is wrong with it. */
  add(path: string, name: string): string {
    const problem = this.problemWith(path);
    if (problem !== undefined) throw new Error(`open("${name}"): ${problem}`);
    const target = posix.join(SCRIPT_FOLDER, relative(this.#scriptFolder, path));
    this.#files.set(target, readFileSync(path));
    const bytes = [...this.#files.values()].reduce((sum, { length }) => sum + length, 0);
    if (bytes > MAX_DATA_BYTES)
      throw new Error(`open("${name}"): the files that the script opens are more than 32 MiB in all`);
    return target;
  }

  /** What keeps a file from being taken along: `there is no such file`. Undefined where nothing does. */
  problemWith(path: string): string | undefined {
    return fileProblem(path) ?? this.#problemOf(path);
  }

  #problemOf(path: string): string | undefined {
    const real = realpathSync(path);
    if (!statSync(real).isFile()) return 'it is not a file';
    if (isBelow(real, this.#root) || isBelow(real, OURS) || this.#isInstalled(real)) return undefined;
    return `it lies outside of the scenario's folder ${this.#root}; copy what the script needs into that folder`;
  }

  /** In node_modules of the folder, or of one above it. */
  #isInstalled(real: string): boolean {
    const at = real.indexOf(`${sep}node_modules${sep}`);
    return at >= 0 && isBelow(this.#root, real.slice(0, at) || sep);
  }
}

/** Of what is wrong with a file that a module opens, with the line that opens it; esbuild's own problems come as they are. */
function problemIn(source: string, path: string, error: unknown): PartialMessage {
  const [own] = (error as Partial<BuildFailure>).errors ?? [];
  if (own !== undefined) return own;
  const text = messageOf(error);
  const name = /^open\("(.*?)"\)/.exec(text)?.[1] ?? '';
  const lines = source.split('\n');
  const index = Math.max(
    0,
    lines.findIndex((line) => line.includes('open') && line.includes(name)),
  );
  return { text, location: { file: path, line: index + 1, column: lines[index]?.indexOf('open') ?? 0 } };
}
