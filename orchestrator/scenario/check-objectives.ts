// Objectives held against the scenario: do those phases and loads exist that they name, and does what they measure go with the rest.
import type { Written } from './check-written.ts';
import { kindsThat, writtenKind } from './objectives/objective-kinds.ts';
import type { CheckedObjective } from './objectives/objective-schema.ts';
import type { Entry } from './text/entry.ts';
import type { Report } from './text/problem.ts';
import { instead } from './text/suggest.ts';

export function checkObjectives(written: Written, report: Report): void {
  checkNames(written.objectives, report);
  for (const entry of written.objectives) checkObjective(entry, written, report);
}

function checkNames(objectives: readonly Entry<CheckedObjective>[], report: Report): void {
  const seen = new Set<string>();
  for (const { path, value } of objectives) {
    if (value.name === undefined) continue;
    if (seen.has(value.name))
      report([...path, 'name'], `"${value.name}" is there already; choose another name`);
    seen.add(value.name);
  }
}

function checkObjective(entry: Entry<CheckedObjective>, beside: Written, report: Report): void {
  const { path, value: objective } = entry;
  const { phase, load } = objective;
  const { known, lengthKnown } = beside;
  if (phase !== undefined && !known.phases.includes(phase)) {
    report([...path, 'phase'], `there is no phase "${phase}"; ${instead(phase, known.phases)}`);
  }
  if (load !== undefined && !known.loads.includes(load)) {
    report([...path, 'load'], `there is no load "${load}"; ${instead(load, known.loads)}`);
  }
  checkGoesWith('tags', kindsThat('takesTags'), entry, report);
  checkGoesWith('abort', kindsThat('canAbort'), entry, report);
  const { kind, written } = writtenKind(objective);
  // Of a `load` that is no mapping that is told already.
  if (!kind.needsNoLoad && known.loads.length === 0 && lengthKnown) {
    report(path, 'measures a load, but the scenario has none; write `load` or use `promql`');
  }
  kind.check?.(written, entry, beside, report);
}

function checkGoesWith(
  key: 'tags' | 'abort',
  measures: readonly (keyof CheckedObjective)[],
  { path, value }: Entry<CheckedObjective>,
  report: Report,
): void {
  if (value[key] === undefined || measures.some((each) => value[each] !== undefined)) return;
  const fitting = measures.map((each) => `\`${each}\``).join(', ');
  report([...path, key], `goes with ${fitting} only; leave it out`, 'key');
}
