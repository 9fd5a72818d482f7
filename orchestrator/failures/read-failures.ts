// A failure study, read back from its folder: what reports are made from.
import { type Conclusion, conclude, nextTrials, pairsOf } from './conclude.ts';
import { type RoleRow, sideBySide } from './side-by-side.ts';
import type { FailuresFolder, FailureStudy, Variant } from './failures-folder.ts';
import { askedOf, nodesOf } from './run-failures.ts';
import type { TopologyNode } from './trial-scenario.ts';

export interface VariantResult extends Conclusion {
  readonly variant: Variant;
  readonly nodes: readonly TopologyNode[];
  /** Trials that are still to come: more than none where the study was interrupted. */
  readonly missing: number;
  /** Pairs that stand in for each other, and were not killed because the study asked for fewer. */
  readonly pairsLeft: number;
}

export interface SavedFailures {
  readonly folder: string;
  readonly study: FailureStudy;
  readonly variants: readonly VariantResult[];
  /** All variants for the loss of a node of each role, the worst first; empty where there is only one variant. */
  readonly sideBySide: readonly RoleRow[];
}

export async function readFailures(folder: FailuresFolder): Promise<SavedFailures> {
  const study = await folder.study();
  const all = await folder.trials();
  const variants = study.variants.map((variant, index): VariantResult => {
    const nodes = nodesOf(variant, study);
    const done = all.filter((trial) => trial.variant === index);
    return {
      variant,
      nodes,
      ...conclude(nodes, done),
      missing: nextTrials(nodes, done, askedOf(study)).length,
      pairsLeft: Math.max(0, pairsOf(nodes, done).length - study.mostPairs),
    };
  });
  const rows = variants.length > 1 ? sideBySide(variants) : [];
  return { folder: folder.path, study, variants, sideBySide: rows };
}
