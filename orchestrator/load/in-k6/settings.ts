// What a generator is told about its load: data beside the script, so that one bundle serves every generator of a load.
import type { StartPlan } from './start-times.ts';

export interface GeneratorSettings {
  /** Named stretches of the load, in order, each to an offset in milliseconds after its start. */
  readonly windows: readonly LoadWindow[];
  /**
   * No request and no sleep goes on beyond this offset: k6 is about to end iterations by force, and what it ends so leaves no figure.
   * `null` for scenarios of the script's own whose end is not known.
   */
  readonly deadlineMs: number | null;
  /** Of scenarios of the script's own: the deadline of each. */
  readonly deadlinesMs?: Readonly<Record<string, number>>;
  /** Of an open load: when its iterations are due. */
  readonly starts?: StartPlan;
  /** How many values of one tag a virtual user may use; later ones are folded into one. */
  readonly tagValues: number;
  /** Virtual users up to this number tell of it when they failed. Default: none, for they do not each stand for a user, or are too many. */
  readonly toldUsers?: number;
  /** Values of tags that something is asked by, checks by their names: they count beside the others. Default none. */
  readonly askedValues?: readonly TagValue[];
  /** Tags that each request gets where it has none by that name: something is asked by them. Default none. */
  readonly requestTags?: readonly ('name' | 'url')[];
  /** k6 options that take precedence over those of the script. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Options of the script that are put aside: the scenario decides how much load there is. */
  readonly putAside: readonly string[];
  /** In whose name the script asks the nodes of its load, by their base URLs. */
  readonly user?: { readonly token: string; readonly baseUrls: readonly string[] };
  /** Networks to which k6 opens no connection for the script, also where an answer sends it there. */
  readonly outOfReach?: readonly string[];
  /** Names in the log which options of the script are put aside. */
  readonly tellsPutAside?: boolean;
}

export interface TagValue {
  readonly tag: string;
  readonly value: string;
}

export interface LoadWindow {
  readonly name: string;
  readonly untilMs: number;
}
