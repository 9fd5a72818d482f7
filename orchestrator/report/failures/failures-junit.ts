// A failure study as JUnit XML: a suite for each topology, a test case for each loss. It has failures or errors where the exit code is not 0.
import type { Loss } from '../../failures/conclude.ts';
import type { SavedFailures, VariantResult } from '../../failures/read-failures.ts';
import { counted } from '../../format/format-value.ts';
import { renderSuites, type TestCase } from '../text/junit-file.ts';
import { costCells, findings, lossName, outcomeWords, variantName } from './failure-words.ts';

export function renderFailuresJunit({ study, variants }: SavedFailures): string {
  return renderSuites(
    variants.map((result) => ({
      name: [result.variant.scenario.name, variantName(result.variant)].filter(Boolean).join(' '),
      id: study.study,
      tookMs: 0,
      startedAtMs: study.startedAtMs,
      properties: { study: study.study, seed: String(result.variant.scenario.seed), ...result.variant.set },
      cases: [
        {
          name: 'the control run is fit to be compared with',
          result:
            result.control !== undefined && result.unsteady.length === 0
              ? null
              : { tag: 'error', type: 'control', message: findings(result)[0] ?? '' },
        },
        ...result.losses.map(caseOf),
        ...missingCase(result),
      ],
    })),
  );
}

/** Of whoever was not killed, no case would fail. */
function missingCase({ missing, control }: VariantResult): TestCase[] {
  if (missing === 0 || control === undefined) return [];
  const message = `${counted(missing, 'run')} or more to come: the study was interrupted, or there was no time for them`;
  return [{ name: 'every loss was tried', result: { tag: 'error', type: 'interrupted', message } }];
}

function caseOf(loss: Loss): TestCase {
  const name = `users are served again after the loss of ${lossName(loss)}`;
  const [, recovered, lost, atEnd] = costCells(loss);
  switch (loss.outcome) {
    case 'not-recovered':
    case 'doubtful': {
      const message = `${outcomeWords(loss)}: recovered after ${recovered}, ${lost} operations lost, ${atEnd} served at the end`;
      return { name, result: { tag: 'failure', type: loss.outcome, message } };
    }
    case 'invalid':
      return { name, result: { tag: 'error', type: 'invalid', message: loss.invalid[0] ?? 'not valid' } };
    default:
      return { name, result: null };
  }
}
