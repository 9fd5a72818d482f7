// A study as Markdown, for the summaries of pipelines and for comments on pull requests.
import { markdownBullets, markdownTable, markdownText } from '../text/markdown.ts';
import { concludeStudy } from './conclude-study.ts';
import {
  SIZE_HEAD,
  SIZE_NUMERIC,
  sizeCells,
  SIZING_NUMERIC,
  sizingCells,
  sizingHead,
} from './study-cells.ts';
import { CHECK_OUTCOMES, checkSentences, type StudyMaterial } from './study-words.ts';

const SIGNS = { good: '✅', fair: '⚠️', low: '❌' } as const;

export function renderStudyMarkdown(study: StudyMaterial): string {
  const { description, answer } = study;
  const { confidence, reasons, headline, explanation, next } = concludeStudy(study);
  const sizings = answer.answer?.sizings ?? [];
  const parts = [
    `## ${SIGNS[confidence]} ${markdownText(headline)}: ${markdownText(description.scenario.name)}`,
    `${markdownText(explanation)} Study \`${description.study.replaceAll('`', '')}\`, seed ${description.scenario.seed}.`,
    `**Confidence: ${confidence}**\n\n${markdownBullets(reasons)}`,
    next.length === 0 ? '' : `**What to do next**\n\n${markdownBullets(next)}`,
    markdownTable(SIZE_HEAD, answer.sizes.map(sizeCells), SIZE_NUMERIC),
    answer.answer === null || sizings.length === 0
      ? ''
      : markdownTable(sizingHead(answer.answer.targetRate), sizings.map(sizingCells), SIZING_NUMERIC),
    checkLine(study),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function checkLine({ answer: { failureCheck } }: StudyMaterial): string {
  if (failureCheck === null) return '';
  return `**N+1 checked: ${CHECK_OUTCOMES[failureCheck.outcome]}.** ${markdownText(checkSentences(failureCheck).join(' '))}`;
}
