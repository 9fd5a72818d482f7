// What people write under `compose`: whose services become groups.
import { z } from 'zod';
import type { ComposeRequest } from '../compose/compose-groups.ts';
import { filePath } from './text/paths.ts';

const file = () => filePath('a compose file');
const words = (what: string) => z.array(z.string().min(1).max(200)).max(100).describe(what);

export const composeSchema = z.union([
  file(),
  z
    .strictObject({
      files: z
        .union([file(), z.array(file()).min(1).max(20)])
        .describe(
          'The compose file, or several: later ones override earlier ones, as with `docker compose -f`.',
        ),
      profiles: words(
        'Profiles whose services run too. Default: those of COMPOSE_PROFILES, or none.',
      ).optional(),
      services: words(
        'Only these services, and those that they depend on. Default: all of no profile or a chosen one.',
      ).optional(),
    })
    .meta({
      id: 'compose',
      title: 'Compose',
      description: 'Compose files whose services become groups.',
    }),
]);

export function composeRequest(written: z.output<typeof composeSchema>): ComposeRequest {
  if (typeof written === 'string') return { files: [written], profiles: [], services: undefined };
  return {
    files: [written.files].flat(),
    profiles: written.profiles ?? [],
    services: written.services,
  };
}
