// A failure study as Markdown, for the summaries of pipelines and for comments on pull requests.
import type { SavedFailures } from '../../failures/read-failures.ts';
import { markdownBullets, markdownTable, markdownText } from '../text/markdown.ts';
import {
  columnNames,
  COST_HEAD,
  COST_NUMERIC,
  costCells,
  findings,
  lossRowName,
  outcomeWords,
  roleLossWords,
  roleName,
  variantName,
} from './failure-words.ts';

export function renderFailuresMarkdown(saved: SavedFailures): string {
  const { study, variants } = saved;
  const ofVariants = variants.flatMap((result) => [
    `## Failures: ${markdownText([result.variant.scenario.name, variantName(result.variant)].filter(Boolean).join(' '))}`,
    markdownBullets(findings(result)),
    result.losses.length === 0
      ? ''
      : markdownTable(
          ['Killed', 'Outcome', ...COST_HEAD],
          result.losses.map((loss) => [lossRowName(loss), outcomeWords(loss), ...costCells(loss)]),
          COST_NUMERIC.map((column) => column + 2),
        ),
  ]);
  const parts = [...sideBySideParts(saved), ...ofVariants];
  return `${[...parts, `Study \`${study.study.replaceAll('`', '')}\`.`].filter((part) => part !== '').join('\n\n')}\n`;
}

function sideBySideParts({ study, variants, sideBySide }: SavedFailures): string[] {
  if (sideBySide.length === 0) return [];
  return [
    `## Side by side: ${markdownText(variants[0]?.variant.scenario.name ?? study.study)}`,
    markdownTable(
      ['Killed', ...columnNames(study.variants)],
      sideBySide.map((row) => [roleName(row), ...row.losses.map(roleLossWords)]),
      [],
    ),
  ];
}
