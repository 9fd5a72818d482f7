// What people write under `secrets` of a group or load: where a value is when the run starts. The value itself never becomes part of the
// scenario.
import { resolve } from 'node:path';
import type { SecretSource } from './group-common.ts';
import { z } from 'zod';
import { variableName } from '../text/container-values.ts';
import { exactlyOne } from '../text/exactly-one.ts';

const place = exactlyOne('env', 'file');

const secretSchema = z
  .strictObject({
    env: variableName().optional().describe('A variable in the environment of Topolab itself.'),
    file: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A file, relative to the scenario file and in its folder or below. The line break at its end is ignored.',
      ),
    variable: variableName()
      .optional()
      .describe(
        'The variable of this name in `file`, where that is a file of variables such as `.env`. Default: the whole file.',
      ),
    path: z
      .string()
      .regex(/^\/[^\0]*[^/\0]$/, { error: 'is not the path of a file; write for example /run/secrets/key' })
      .optional()
      .describe(
        'Path of the file in the container that holds the secret. Only for your own images. Default: an environment variable.',
      ),
  })
  .superRefine(place.check)
  .superRefine(({ file, variable }, context) => {
    if (variable !== undefined && file === undefined)
      context.addIssue({
        code: 'custom',
        path: ['variable'],
        message: 'belongs to `file`; write env: NAME for a variable of the environment',
      });
  })
  .meta({
    id: 'secret',
    title: 'Secret',
    description: 'Where a secret is when the run starts. Exactly one of `env` and `file`.',
    ...place.meta,
  });

/** The field `secrets`. */
export function secrets() {
  return z
    .record(variableName(), secretSchema)
    .prefault({})
    .describe(
      'Name → where its value is when the run starts: `{ env: NAME }` or `{ file: PATH }`. It is passed to the container and written nowhere else.',
    );
}

type CheckedSecrets = z.output<ReturnType<typeof secrets>>;

/** `baseDir` is the folder of the scenario file. */
export function resolveSecrets(
  written: CheckedSecrets,
  baseDir: string,
): Readonly<Record<string, SecretSource>> {
  return Object.fromEntries(
    Object.entries(written).map(([name, { env, file, variable, path = null }]): [string, SecretSource] => [
      name,
      env === undefined
        ? {
            kind: 'file',
            file: resolve(baseDir, file ?? ''),
            within: baseDir,
            ...(variable !== undefined && { variable }),
            path,
          }
        : { kind: 'env', variable: env, path },
    ]),
  );
}
