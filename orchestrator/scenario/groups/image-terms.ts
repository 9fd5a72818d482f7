// On which terms an image is got: fields beside `image`, of groups and loads alike.
import { z } from 'zod';

export const pullPolicies = ['always', 'missing', 'never'] as const;

export interface ImageTerms {
  /** When its registry is asked; null = as others say who have the same image, else only for an image that the engine lacks. */
  readonly pull: (typeof pullPolicies)[number] | null;
  /** `linux/arm64`; null = that of the engine. */
  readonly platform: string | null;
}

export const imageTerms = {
  pull: z
    .enum(pullPolicies)
    .optional()
    .describe(
      'When the registry is asked for the image, with the credentials of the docker command: `always` before each command, `missing` only if the engine lacks it, `never`. All that have the same image must agree. Default: `missing`.',
    ),
  platform: z
    .string()
    .regex(/^linux\/[a-z0-9_]+(?:\/v?[0-9][a-z0-9.]*)?$/, {
      error: 'is no platform of Linux; write for example linux/amd64, linux/arm64 or linux/arm/v7',
    })
    .optional()
    .describe(
      "Which platform's image is taken, such as linux/arm64; the host must be able to run it. Default: the engine's own.",
    ),
};

export function resolveTerms(
  written: {
    readonly [Field in keyof ImageTerms]?: ImageTerms[Field] | undefined;
  },
): ImageTerms {
  return { pull: written.pull ?? null, platform: written.platform ?? null };
}
