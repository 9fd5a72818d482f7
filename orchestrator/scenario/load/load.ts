// What a load means once it has been checked and its defaults are filled in.
import type { Secrets } from '../groups/group.ts';
import type { ImageTerms } from '../groups/image-terms.ts';

/** A straight ramp to `target` over `durationMs`; a duration of 0 jumps. */
export interface Stage {
  readonly durationMs: number;
  /** Iterations per second (open) or virtual users (closed). */
  readonly target: number;
}

export type LoadModel =
  /** Iterations start at a given rate whether or not earlier ones have ended (k6 ramping-arrival-rate). */
  | {
      readonly kind: 'open';
      readonly startRate: number;
      readonly stages: readonly Stage[];
      /** The most virtual users over all generators; an iteration that finds none free is dropped and counted. */
      readonly maxVirtualUsers: number;
    }
  /** A given number of virtual users, each starting its next iteration when the last one ended (k6 ramping-vus). */
  | { readonly kind: 'closed'; readonly startVirtualUsers: number; readonly stages: readonly Stage[] }
  /**
   * One user at each node of the target group that is there at the start: as many virtual users, each running `iterations`
   * (k6 per-vu-iterations). The script gets their names as __ENV.NODES and their base URLs as __ENV.NODE_URLS, separated by commas.
   */
  | { readonly kind: 'each-node'; readonly iterations: number; readonly maxDurationMs: number }
  /** The script's own `options` decide. Offered load is then unknown to Topolab. */
  | { readonly kind: 'script' };

export interface Load extends ImageTerms {
  readonly name: string;
  /** Absolute path of the k6 script on the machine that runs Topolab. */
  readonly scriptPath: string;
  /** The script as the scenario names it. */
  readonly script: string;
  /** The group that receives the load. */
  readonly target: string;
  readonly model: LoadModel;
  /** In whose name the script asks; absent = nobody's. */
  readonly user?: string;
  /** Number of k6 containers that share the load by execution segments, 1 to 32. */
  readonly generators: number;
  /** k6 image. */
  readonly image: string;
  /** CPU limit of each generator in cores; null = no limit. */
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  /** Absolute paths of files that the script open()s by names that it computes. */
  readonly files: readonly string[];
  /** Longest that iterations may go on after the end of the load; what has not ended then counts as failed. Default 5 s. */
  readonly graceMs: number;
  /** False: the script's own thresholds are no objectives. */
  readonly thresholds?: false;
  /** Passed to the script in __ENV. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
}

/** Whether nothing is left to come as soon as all users have been served: then a run may end before its planned time. */
export function endsByThemselves(loads: readonly Pick<Load, 'model'>[]): boolean {
  return loads.length > 0 && loads.every(({ model }) => model.kind === 'each-node');
}
