// What people write under `build` of a group: the folder that its image is built from.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { BUILT_IMAGE } from '../../image-names.ts';
import { filePath } from '../text/paths.ts';
import type { Build } from './group-common.ts';

const context = () => filePath('a folder with a Dockerfile');

export const buildSchema = z.union([
  context().transform((folder) => ({ context: folder })),
  z
    .strictObject({
      context: context().describe(
        'The folder that is sent to the engine, relative to the scenario file and in its folder or below. A .dockerignore in it counts.',
      ),
      dockerfile: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('The Dockerfile, relative to that folder. Default: Dockerfile.'),
      text: z
        .string()
        .min(1)
        .max(100_000)
        .optional()
        .describe('The Dockerfile itself, in place of `dockerfile`.'),
      target: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('The stage at which it ends. Default: the last one.'),
      args: z
        .record(z.string().min(1).max(200), z.string().max(100_000))
        .prefault({})
        .describe('Build arguments: name → value.'),
    })
    .refine(({ dockerfile, text }) => dockerfile === undefined || text === undefined, {
      error: 'has both `dockerfile` and `text`; write one of them',
    })
    .meta({ id: 'build', title: 'Build', description: 'What an image is built from.' }),
]);

/** `baseDir` is the folder of the scenario file. */
export function resolveBuild(written: z.output<typeof buildSchema>, baseDir: string): Build {
  const {
    context: folder,
    dockerfile,
    text,
    target,
    args,
  } = {
    dockerfile: undefined,
    text: undefined,
    target: undefined,
    args: {},
    ...written,
  };
  return {
    context: resolve(baseDir, folder),
    within: baseDir,
    dockerfile: text === undefined ? { path: dockerfile ?? 'Dockerfile' } : { text },
    target: target ?? null,
    args,
  };
}

/** Under which the engine keeps what is built so: the same name for the same settings, whatever the folder holds meanwhile. */
export function builtImage(build: Build): string {
  return `${BUILT_IMAGE}:${createHash('sha256').update(JSON.stringify(build)).digest('hex').slice(0, 12)}`;
}
