// A failure study as Markdown, for the summaries of pipelines and for comments on pull requests.
import type { SavedFailures } from '../../failures/read-failures.ts';
import { markdownBullets, markdownTable, markdownText } from '../text/markdown.ts';
import {
  COST_HEAD,
  COST_NUMERIC,
  costCells,
  findings,
  lossName,
  outcomeWords,
  variantName,
} from './failure-words.ts';

export function renderFailuresMarkdown({ study, variants }: SavedFailures): string {
  const parts = variants.flatMap((result) => [
    `## Failures: ${markdownText([result.variant.scenario.name, variantName(result.variant)].filter(Boolean).join(' '))}`,
    markdownBullets(findings(result)),
    result.losses.length === 0
      ? ''
      : markdownTable(
          ['Killed', 'Outcome', ...COST_HEAD],
          result.losses.map((loss) => [lossName(loss), outcomeWords(loss), ...costCells(loss)]),
          COST_NUMERIC.map((column) => column + 2),
        ),
  ]);
  return `${[...parts, `Study \`${study.study.replaceAll('`', '')}\`.`].filter((part) => part !== '').join('\n\n')}\n`;
}
