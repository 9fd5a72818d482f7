// A script's own thresholds as objectives: each of its generators would judge its own part alone, so k6 is told of none, and they are judged
// on the samples of all of them. Pure.
import { nameFor } from '../scenario/objectives/resolve-objective.ts';
import { parseSelector, parseThreshold } from '../scenario/objectives/k6-threshold.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import { durationMs } from './in-k6/duration-ms.ts';

/** As a script writes it. */
export interface ScriptThreshold {
  /** `http_req_duration{name:checkout}` */
  readonly selector: string;
  /** `p(95)<500` */
  readonly expression: string;
  /** How long after the start it may end the load, milliseconds; null = it does not. */
  readonly abortAfterMs: number | null;
}

/** Those in `options.thresholds`, as k6 prints them or a script has them. What is none of its forms is left to k6, which refuses it. */
export function readThresholds(thresholds: unknown): ScriptThreshold[] {
  return Object.entries(Object(thresholds) as object).flatMap(([selector, written]) =>
    [written].flat().flatMap((each: unknown): ScriptThreshold[] => {
      if (typeof each === 'string') return [{ selector, expression: each, abortAfterMs: null }];
      const { threshold, abortOnFail, delayAbortEval } = Object(each) as Record<string, unknown>;
      if (typeof threshold !== 'string') return [];
      const abortAfterMs = abortOnFail === true ? (durationMs(delayAbortEval) ?? 0) : null;
      return [{ selector, expression: threshold, abortAfterMs }];
    }),
  );
}

/** What is wrong with a threshold, and what to write instead; undefined where nothing is. */
export function thresholdProblem({ selector, expression }: ScriptThreshold): string | undefined {
  const parsed = parseSelector(selector);
  if ('problem' in parsed) return parsed.problem;
  const threshold = parseThreshold(expression, parsed.metric);
  return 'problem' in threshold ? threshold.problem : undefined;
}

/** The objectives of a load that its script's thresholds come to. Those that can't be judged have been refused by then. */
export function thresholdObjectives(load: string, thresholds: readonly ScriptThreshold[]): Objective[] {
  return thresholds.flatMap(({ selector, expression, abortAfterMs }): Objective[] => {
    const selected = parseSelector(selector);
    if ('problem' in selected) return [];
    const threshold = parseThreshold(expression, selected.metric);
    if ('problem' in threshold) return [];
    const { metric, tags } = selected;
    const of = {
      measure: { kind: 'metric', metric, aggregate: threshold.aggregate },
      phase: null,
      load,
      ...(Object.keys(tags).length > 0 && { tags }),
    } as const;
    return threshold.bounds.map((bound) => ({
      name: nameFor(of),
      ...of,
      ...bound,
      ...(abortAfterMs !== null && { abort: { afterMs: abortAfterMs } }),
    }));
  });
}
