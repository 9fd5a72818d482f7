// Images that are built from a folder of somebody's own: its files without what .dockerignore leaves out, as the `docker` command sends them. They are
// built anew before each run, which costs little where nothing has changed: the engine keeps the layers.
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import dockerIgnore from '@balena/dockerignore';
import { type Engine, Label } from '../engine/engine.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import type { Build } from '../scenario/groups/group.ts';
import { isBelow } from '../scenario/text/is-below.ts';
import { pathProblem } from '../scenario/text/read-bounded.ts';
import { basesOf } from './bases-of.ts';
import { buildContext, type ContextFile } from './build-context.ts';
import { proxyBuildArgs } from './host-settings.ts';
import { type ImageOptions, type ImageProvider, timed } from './image-provider.ts';
import { needsBuildKit } from './needs-buildkit.ts';
import type { WantedImage } from './wanted-image.ts';

/** A folder with more is not meant to be sent. */
const MOST_FILES = 100_000;
/** Stands in the context where the Dockerfile is no file of the folder. */
const OWN_DOCKERFILE = '.topolab.Dockerfile';

/**
 * Builds the image, its bases first.
 * @throws TopolabError `build-folder-wrong` (exit code 2), `image-build-failed`, or `image-not-available` for a base.
 */
export async function buildOwnImage(
  engine: Engine,
  provider: Pick<ImageProvider, 'provide'>,
  { ref, platform }: WantedImage,
  build: Build,
  options: ImageOptions,
): Promise<void> {
  const { context: folder, dockerfile, target, args } = build;
  const files = await contextOf(build);
  const text = 'text' in dockerfile ? dockerfile.text : await readFile(join(folder, dockerfile.path), 'utf8');
  for (const base of basesOf(text, args)) await provider.provide({ ref: base, platform });
  const own: ContextFile[] = 'text' in dockerfile ? [{ name: OWN_DOCKERFILE, content: text }] : [];
  await timed(ref, 'build', options, (onProgress) =>
    engine.images.build(ref, buildContext([...files, ...own]), {
      labels: { [Label.built]: folder },
      buildArgs: { ...proxyBuildArgs(), ...args },
      dockerfile: 'text' in dockerfile ? OWN_DOCKERFILE : dockerfile.path,
      ...(target !== null && { target }),
      ...(platform !== undefined && { platform }),
      onProgress,
      signal: options.signal,
    }),
  );
}

/** What is wrong with the folder or its Dockerfile, and what to write instead; undefined where nothing is. */
export async function buildProblem({ context, within, dockerfile }: Build): Promise<string | undefined> {
  try {
    const folder = await realpath(context);
    if (!(await stat(folder)).isDirectory()) return 'is no folder; write the one that the Dockerfile is in';
    if (!isBelow(folder, await realpath(within)))
      return "lies outside of the scenario's folder; write a folder below it";
    if ('text' in dockerfile) return builderProblem(dockerfile.text);
    const file = await realpath(join(folder, dockerfile.path));
    if (!isBelow(file, folder))
      return `has its Dockerfile ${dockerfile.path} outside; move it into the folder`;
    if (!(await stat(file)).isFile()) return `has no Dockerfile at ${dockerfile.path}; write its path`;
    return builderProblem(await readFile(file, 'utf8'));
  } catch (error) {
    const path = 'path' in dockerfile ? ` (with ${dockerfile.path})` : '';
    return `can't be built${path}: ${pathProblem(error)}`;
  }
}

/** Images are built by the engine's first builder, which needs no session. */
function builderProblem(dockerfile: string): string | undefined {
  const needed = needsBuildKit(dockerfile);
  if (needed === undefined) return undefined;
  return `has a Dockerfile that needs BuildKit (${needed.what} in line ${needed.line}), which is not used here; build it yourself (docker build -t NAME .), and write image: NAME in place of \`build\``;
}

async function contextOf(build: Build): Promise<ContextFile[]> {
  const problem = await buildProblem(build);
  if (problem !== undefined) throw wrong(build, problem);
  const { context, dockerfile } = build;
  const needed = 'text' in dockerfile ? [] : [dockerfile.path.replace(/^\.\//, '')];
  const ignored = await ignoredIn(context, needed);
  const files: ContextFile[] = [];
  for (const folders = ['']; ; ) {
    const folder = folders.pop();
    if (folder === undefined) return files;
    for (const entry of await readdir(join(context, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const path = join(context, name);
      if (entry.isDirectory()) {
        if (!ignored.folder(name)) folders.push(name);
      } else if (ignored.file(name)) continue;
      else if (entry.isSymbolicLink()) files.push({ name, link: await readlink(path) });
      else if (entry.isFile()) files.push({ name, path, mode: (await stat(path)).mode & 0o777 });
      if (files.length > MOST_FILES)
        throw wrong(build, `holds more than ${MOST_FILES} files; leave some out by a .dockerignore`);
    }
  }
}

interface Ignored {
  readonly file: (name: string) => boolean;
  /** Nothing below it is wanted. */
  readonly folder: (name: string) => boolean;
}

/** That of the Dockerfile itself goes before that of the folder. */
async function ignoredIn(context: string, needed: readonly string[]): Promise<Ignored> {
  const names = [...needed.map((file) => `${file}.dockerignore`), '.dockerignore'];
  for (const name of names) {
    const text = await readFile(join(context, name), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const filter = dockerIgnore.default({ ignorecase: false }).add(text).createFilter();
    // Exceptions may lead back into a folder that is left out.
    const hasExceptions = /^\s*!/m.test(text);
    return {
      file: (file) => !needed.includes(file) && !filter(file),
      folder: (folder) =>
        !hasExceptions && !needed.some((file) => file.startsWith(`${folder}/`)) && !filter(folder),
    };
  }
  return { file: () => false, folder: () => false };
}

function wrong({ context }: Build, problem: string): TopolabError {
  return new TopolabError(`build ${context}: it ${problem}`, {
    code: 'build-folder-wrong',
    exitCode: ExitCode.usage,
  });
}
