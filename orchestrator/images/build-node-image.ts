// The image of Topolab's own nodes: node-image/main.ts and all it imports as one file, on the official Node image; the libraries of
// the peer-to-peer network are a second file, so that nodes without it never read them. The image's tag is a hash of what is in
// it, so an edit makes a new image and an unchanged one is never built twice.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Engine } from '../engine/engine.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { buildContext } from './build-context.ts';
import { NODE_BASE_IMAGE, NODE_IMAGE } from '../image-names.ts';
import { createImageProvider, type ImageOptions, type ImageProvider, timed } from './image-provider.ts';
import { pulledInstead } from './published.ts';

/** Where the program and the Dockerfile of a node are. */
export const nodeImageFolder = fileURLToPath(new URL('../../node-image/', import.meta.url));

/**
 * Builds the node image where the engine does not have it yet, and it is published nowhere.
 * @returns its reference, `topolab/node:<12 hex digits>` where it is built.
 * @throws TopolabError `node-program-not-bundled`, `image-build-failed`, or `image-not-available` for its base.
 */
export function ensureNodeImage(
  engine: Engine,
  options: ImageOptions,
  folder = nodeImageFolder,
): Promise<string> {
  return buildNodeImage(engine, createImageProvider(engine, options), options, folder);
}

/** As ensureNodeImage, with a provider that already knows which registries are silent. */
export async function buildNodeImage(
  engine: Engine,
  provider: ImageProvider,
  options: ImageOptions,
  folder = nodeImageFolder,
): Promise<string> {
  return buildProgramImage(engine, provider, options, { folder, dockerfile: 'Dockerfile', name: NODE_IMAGE });
}

export interface ProgramImage {
  /** Where main.ts is. */
  readonly folder: string;
  /** Path of the Dockerfile in the folder. */
  readonly dockerfile: string;
  /** Reference without its tag. */
  readonly name: string;
  /** Paths of further files for the context, in the folder; they get there without theirs. */
  readonly files?: readonly string[];
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** Builds an image around the node program, where the engine does not have it yet, and it is published nowhere. Returns its reference. */
export async function buildProgramImage(
  engine: Engine,
  provider: ImageProvider,
  options: ImageOptions,
  image: ProgramImage,
): Promise<string> {
  const { folder, name, buildArgs = {} } = image;
  const program = await bundleNodeProgram(folder);
  const others = (image.files ?? []).map(async (path) => {
    return { name: basename(path), content: await readFile(join(folder, path), 'utf8') };
  });
  const files = [...program, ...(await Promise.all(others))];
  const dockerfile = await readFile(join(folder, image.dockerfile), 'utf8');
  const tag = nodeImageTag(files.map(({ content }) => content).join('\0'), dockerfile, name);
  if (await engine.images.has(tag)) return tag;
  const pulled = await pulledInstead(engine, provider, tag, options);
  if (pulled !== undefined) return pulled;
  await provider.provide({ ref: NODE_BASE_IMAGE });
  const context = buildContext([{ name: 'Dockerfile', content: dockerfile }, ...files]);
  await timed(tag, 'build', options, (onProgress) =>
    engine.images.build(tag, context, { buildArgs, onProgress, signal: options.signal }),
  );
  return tag;
}

/** The text of the tunnel's program (node-image/tunnel/), which runs without an image of ours. Fails with `node-program-not-bundled`. */
export async function bundleTunnel(): Promise<string> {
  return (await bundling(nodeImageFolder, () => bundleFile(nodeImageFolder, 'tunnel/main.ts'))).content;
}

/** A file of the program, at the root of the build context. */
interface ProgramFile {
  readonly name: string;
  readonly content: string;
}

/** Modules whose imports are bundled apart: each becomes a file of its own next to main.js. */
const bundledApart = /\/libp2p\.ts$/;

/** The node program: main.js, then the modules it loads only when needed. */
async function bundleNodeProgram(folder: string): Promise<ProgramFile[]> {
  return await bundling(folder, async () => {
    const apart = new Set<string>();
    const main = await bundleFile(folder, 'main.ts', leaveOut(apart));
    const others = [...apart].map(async (path) => bundleFile(folder, path));
    return [main, ...(await Promise.all(others))];
  });
}

async function bundling<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new TopolabError(`bundling the node program of ${folder} failed: ${messageOf(cause)}`, {
      code: 'node-program-not-bundled',
      hint: 'If files are missing, run `npm ci` again; otherwise the message above says where the problem is.',
      cause,
    });
  }
}

/**
 * One CommonJS file, which Node starts faster than a module. Paths in it are relative to the folder, so the text does not depend on
 * where the project lies.
 */
async function bundleFile(folder: string, path: string, ...plugins: Plugin[]): Promise<ProgramFile> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, path)],
    absWorkingDir: folder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    // pg asks for its native variant only where one is installed.
    external: ['pg-native'],
    plugins,
    write: false,
    logLevel: 'silent',
  });
  return { name: fileNameOf(path), content: outputFiles[0]?.text ?? '' };
}

/** Leaves imports of `bundledApart` to be found at run time, and collects where their modules are, relative to the folder. */
function leaveOut(found: Set<string>): Plugin {
  return {
    name: 'bundled-apart',
    setup: (building) => {
      const folder = building.initialOptions.absWorkingDir ?? '';
      building.onResolve({ filter: bundledApart }, ({ path, importer }) => {
        found.add(relative(folder, join(dirname(importer), path)));
        return { path: `./${fileNameOf(path)}`, external: true };
      });
    },
  };
}

function fileNameOf(path: string): string {
  return `${basename(path, '.ts')}.js`;
}

/** The tag of an image with this content: the same content gives the same tag on every machine. */
export function nodeImageTag(program: string, dockerfile: string, name: string = NODE_IMAGE): string {
  const hash = createHash('sha256').update(dockerfile).update('\0').update(program).digest('hex');
  return `${name}:${hash.slice(0, 12)}`;
}
