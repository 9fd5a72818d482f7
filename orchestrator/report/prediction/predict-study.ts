// A study of capacity → how many nodes more users would need.
import { ExitCode, TopolabError } from '../../errors.ts';
import { type Doubt, doubtsOfBottlenecks } from '../../prediction/prediction.ts';
import { type PredictedNodes, predictNodes } from '../../prediction/predict-nodes.ts';
import type { SavedStudy } from '../../study/read-study.ts';
import { isOfHost, nameResource } from './prediction-words.ts';

export interface StudyPrediction {
  readonly kind: 'study';
  /** Of the study. */
  readonly of: string;
  readonly scenario: string;
  /** Whose nodes are counted. */
  readonly group: string;
  /** Operations per second. */
  readonly ratePerUser: number;
  readonly measured: readonly number[];
  readonly doubts: readonly Doubt[];
  /** null = fewer than three sizes have a capacity. */
  readonly predicted: Omit<PredictedNodes, 'usl'> | null;
  /** Of the curve, and the nodes beyond which more of them serve less; null = there is none. */
  readonly peak: { readonly size: number; readonly capacity: number } | null;
}

/**
 * @param ratePerUser in place of what the scenario says.
 * @throws TopolabError `not-predictable` (exit code 2) where nobody says what a user does, or sizes are CPU limits.
 */
export function predictStudy(
  { description, answer }: SavedStudy,
  users: readonly number[],
  ratePerUser: number | null = description.question.ratePerUser,
): StudyPrediction {
  const { question, scenario, study } = description;
  if (question.dimension !== 'replicas')
    throw notPredictable(
      `${study}: its sizes are CPU limits of a node, and no law says how one grows with them`,
      'Study numbers of nodes: `sizes: { group: …, replicas: [1, 2, 4, 8] }` in `capacity`.',
    );
  if (ratePerUser === null)
    throw notPredictable(
      `${study}: nobody says how many operations a user makes`,
      'Add --rate-per-user 0.1 (operations per second), or `ratePerUser` to `capacity` in the scenario.',
    );
  const sizes = answer.sizes.flatMap(({ size, result, bottleneck }) => {
    const capacities = result.capacity === null ? [] : result.trials.map(({ capacity }) => capacity);
    return capacities.length === 0 ? [] : [{ size, capacities, bottleneck }];
  });
  const predicted = predictNodes(sizes, users, { ratePerUser, seed: scenario.seed });
  return {
    kind: 'study',
    of: study,
    scenario: scenario.name,
    group: question.group,
    ratePerUser,
    measured: sizes.map(({ size }) => size),
    doubts: doubtsOfBottlenecks(
      sizes.map(({ size, bottleneck }) => ({
        size,
        what: bottleneck === null ? null : nameResource(bottleneck),
        isHost: bottleneck !== null && isOfHost(bottleneck),
      })),
    ),
    predicted: predicted && { check: predicted.check, predictions: predicted.predictions },
    peak: predicted?.usl.peak ?? null,
  };
}

function notPredictable(what: string, hint: string): TopolabError {
  return new TopolabError(`predict ${what}`, { code: 'not-predictable', hint, exitCode: ExitCode.usage });
}
