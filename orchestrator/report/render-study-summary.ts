// What the terminal shows when a study has ended: the answer and how far to trust it, every size, the choices, and where the report is.
import { join, relative } from 'node:path';
import pc from 'picocolors';
import type { SavedStudy } from '../study/read-study.ts';
import type { SummaryOptions } from './render-summary.ts';
import { renderTable } from '../format/render-table.ts';
import { concludeStudy, warningsOf } from './study/conclude-study.ts';
import {
  SIZE_HEAD,
  SIZE_NUMERIC,
  sizeCells,
  SIZING_NUMERIC,
  sizingCells,
  sizingHead,
} from './study/study-cells.ts';
import { CHECK_OUTCOMES, checkSentences, nothingNamed } from './study/study-words.ts';
import { wrapText } from '../format/wrap-text.ts';

type Paint = ReturnType<typeof pc.createColors>;

const SIGNS = { good: '✓', fair: '!', low: '✗' } as const;

export function renderStudySummary(study: SavedStudy, { colour, width }: SummaryOptions): string {
  const paint = pc.createColors(colour);
  const columns = Math.max(40, width);
  return [
    ...headLines(study, paint, columns),
    ...sizeLines(study, paint, columns),
    ...sizingLines(study, paint, columns),
    ...checkLines(study, columns),
    // Never broken: people click on it or copy it.
    `report: ${join(relative('.', study.folder), 'report.html')}`,
  ].join('\n');
}

function headLines(study: SavedStudy, paint: Paint, columns: number): string[] {
  const { confidence, reasons, headline, explanation, next } = concludeStudy(study);
  const ink = { good: paint.green, fair: paint.yellow, low: paint.red }[confidence];
  const [first = '', ...rest] = wrapText(`${SIGNS[confidence]} ${headline}`, columns, '  ', '');
  return [
    '',
    ink(paint.bold(first)),
    ...rest.map((line) => ink(line)),
    ...wrapText(explanation, columns, '  '),
    ...wrapText(`Confidence: ${confidence}. ${reasons.join(' ')}`, columns, '  '),
    ...next.flatMap((step) => wrapText(`→ ${step}`, columns, '    ', '  ')),
    '',
  ];
}

function sizeLines({ answer, description }: SavedStudy, paint: Paint, columns: number): string[] {
  const rows = answer.sizes.map((size) => ({ cells: sizeCells(size) }));
  const table = { head: SIZE_HEAD, numeric: SIZE_NUMERIC, flexible: 4, rows };
  const unnamed = answer.sizes.some(
    ({ bottleneck, result }) => bottleneck === null && result.capacity !== null,
  );
  return [
    ...renderTable(table, paint.dim, columns),
    ...(unnamed ? wrapText(nothingNamed({ description }), columns, '  ', '') : []),
    '',
  ];
}

function sizingLines({ answer: { answer } }: SavedStudy, paint: Paint, columns: number): string[] {
  if (answer === null || answer.sizings.length === 0) return [];
  const rows = answer.sizings.map((sizing) => ({ cells: sizingCells(sizing) }));
  const table = { head: sizingHead(answer.targetRate), numeric: SIZING_NUMERIC, flexible: 2, rows };
  return [...renderTable(table, paint.dim, columns), ''];
}

function checkLines(study: SavedStudy, columns: number): string[] {
  const { failureCheck, answer } = study.answer;
  // Why no size is the answer stands at the top already, as reasons for the confidence do.
  const told = answer?.nodes === null ? 1 : 0;
  const { reasons } = concludeStudy(study);
  const warnings = warningsOf(study)
    .slice(told)
    .filter((text) => !reasons.includes(text))
    .flatMap((text) => wrapText(`! ${text}`, columns, '  ', ''));
  if (failureCheck === null) return warnings;
  const sentence = `N+1 checked: ${CHECK_OUTCOMES[failureCheck.outcome]}. ${checkSentences(failureCheck).join(' ')}`;
  return [...warnings, ...wrapText(sentence, columns, '  ', '')];
}
