// The image of Topolab's own nodes: node-image/main.ts and all it imports as one file, on the official Node image. Its tag
// is a hash of what is in it, so an edit makes a new image and an unchanged one is never built twice.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Engine } from '../engine/engine.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { buildContext } from './build-context.ts';
import { NODE_BASE_IMAGE, NODE_IMAGE } from './image-names.ts';
import { createImageProvider, type ImageOptions, type ImageProvider, timed } from './image-provider.ts';

/** Where the program and the Dockerfile of a node are. */
export const nodeImageFolder = fileURLToPath(new URL('../../node-image/', import.meta.url));

/**
 * Builds the node image where the engine does not have it yet.
 * @returns its reference, `topolab/node:<12 hex digits>`.
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
  const program = await bundleNodeProgram(folder);
  const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
  const tag = nodeImageTag(program, dockerfile);
  if (await engine.images.has(tag)) return tag;
  await provider.provide(NODE_BASE_IMAGE);
  const context = buildContext([
    { name: 'Dockerfile', content: dockerfile },
    { name: 'main.js', content: program },
  ]);
  await timed(tag, 'build', options, (onProgress) =>
    engine.images.build(tag, context, { onProgress, signal: options.signal }),
  );
  return tag;
}

/**
 * The node program as one CommonJS file, which Node starts faster than a module. Paths in it are relative to the folder, so
 * the text does not depend on where the project lies.
 */
async function bundleNodeProgram(folder: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [join(folder, 'main.ts')],
      absWorkingDir: folder,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      legalComments: 'none',
      // pg asks for its native variant only where one is installed.
      external: ['pg-native'],
      write: false,
      logLevel: 'silent',
    });
    return outputFiles[0]?.text ?? '';
  } catch (cause) {
    throw new TopolabError(`bundling the node program of ${folder} failed: ${messageOf(cause)}`, {
      code: 'node-program-not-bundled',
      hint: 'Run `npm ci` again where files are missing; the message above names the place otherwise.',
      cause,
    });
  }
}

/** The tag of an image with this content: the same content gives the same tag on every machine. */
export function nodeImageTag(program: string, dockerfile: string): string {
  const hash = createHash('sha256').update(dockerfile).update('\0').update(program).digest('hex');
  return `${NODE_IMAGE}:${hash.slice(0, 12)}`;
}
