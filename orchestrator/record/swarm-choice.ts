// How a study was told to use the hosts of a Swarm, kept in its folder: whoever goes on with it goes on alike.
import { z } from 'zod';

/** In the words of the command line. */
export interface SwarmChoice {
  /** `--placement` */
  readonly placement: string;
  /** `--generators`; null = left to Topolab. */
  readonly generators: string | null;
}

/** Absent where a study knows one host, as those of earlier versions do. */
export const swarmChoiceDocument = z
  .looseObject({ placement: z.string(), generators: z.string().nullable() })
  .optional();
