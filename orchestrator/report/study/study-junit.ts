// A study as JUnit XML: a test case for each size, one for the target, and one for the check of N+1. It has failures or errors where the
// command's exit code is not 0 (study/study-exit-code.ts).
import type { FailureCheck } from '../../study/failure-check.ts';
import { renderSuites, type TestCase } from '../text/junit-file.ts';
import { checkSentences, perSecond, type StudyMaterial } from './study-words.ts';

export function renderStudyJunit(study: StudyMaterial): string {
  const { description, answer, probes } = study;
  const { scenario } = description;
  return renderSuites([
    {
      name: scenario.name,
      id: description.study,
      tookMs: probes.reduce((sum, { loadMs }) => sum + loadMs, 0),
      startedAtMs: description.startedAtMs,
      properties: { study: description.study, seed: String(scenario.seed), ...scenario.parameters },
      cases: [
        ...sizeCases(study),
        ...targetCase(study),
        ...(answer.answer?.nodes == null ? [] : [checkCase(answer.failureCheck)]),
      ],
    },
  ]);
}

function sizeCases({ answer }: StudyMaterial): TestCase[] {
  return answer.sizes.map(({ name, result: { status, sentences } }) => ({
    name: `capacity of ${name}`,
    result:
      status === 'found'
        ? null
        : { tag: 'error', type: status, message: sentences[0] ?? status.replaceAll('-', ' ') },
  }));
}

/** Not reached by the sizes that have a capacity is a failure only where all of them have one. */
function targetCase({ answer: { answer, sizes } }: StudyMaterial): TestCase[] {
  if (answer === null) return [];
  const name = `${perSecond(answer.targetRate)} is reached`;
  if (answer.nodes !== null) return [{ name, result: null }];
  const isKnown = sizes.every(({ result }) => result.status === 'found');
  const message = answer.warnings[0] ?? 'No size reaches it.';
  return [
    {
      name,
      result: isKnown
        ? { tag: 'failure', type: 'out-of-reach', message }
        : { tag: 'skipped', type: 'not-known', message: 'not every size has a capacity' },
    },
  ];
}

function checkCase(check: FailureCheck | null): TestCase {
  const name = 'N+1: the objectives hold after a node was killed';
  if (check === null)
    return { name, result: { tag: 'skipped', type: 'not-checked', message: 'not checked' } };
  const { outcome } = check;
  if (outcome === 'held') return { name, result: null };
  const message = checkSentences(check).join(' ');
  return { name, result: { tag: outcome === 'missed' ? 'failure' : 'error', type: outcome, message } };
}
