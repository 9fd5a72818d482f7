// What the terminal shows when a study has ended: the answer and how far to trust it, every size, the choices, and where the report is.
import { join, relative } from 'node:path';
import pc from 'picocolors';
import type { SavedStudy } from '../study/read-study.ts';
import { formatShare, NO_VALUE } from './format-value.ts';
import type { SummaryOptions } from './render-summary.ts';
import { renderTable } from './render-table.ts';
import { concludeStudy } from './study/conclude-study.ts';
import { intervalWords, money, nameBottleneck, nothingNamed, perSecond } from './study/study-words.ts';
import { wrapText } from './wrap-text.ts';

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
  const rows = answer.sizes.map(({ name, result: { capacity, trials, status }, bottleneck }) => ({
    cells: [
      name,
      capacity === null ? status.replaceAll('-', ' ') : perSecond(capacity.value),
      capacity === null ? NO_VALUE : intervalWords(capacity),
      String(trials.length),
      bottleneck === null ? 'nothing' : nameBottleneck(bottleneck),
    ],
  }));
  const head = ['size', 'capacity', 'interval', 'trials', 'first to run out'];
  const unnamed = answer.sizes.some(({ bottleneck }) => bottleneck === null);
  return [
    ...renderTable({ head, numeric: [1, 2, 3], flexible: 4, rows }, paint.dim, columns),
    ...(unnamed ? wrapText(nothingNamed({ description }), columns, '  ', '') : []),
    '',
  ];
}

function sizingLines({ answer: { answer } }: SavedStudy, paint: Paint, columns: number): string[] {
  if (answer === null || answer.sizings.length === 0) return [];
  const rows = answer.sizings.map(({ spare, nodes, capacity, headroom, bill, beyondMeasured }) => ({
    cells: [
      spare === 0 ? 'N' : `N+${spare}`,
      String(nodes),
      `${perSecond(capacity.value)}${beyondMeasured ? ' (not measured)' : ''}`,
      formatShare(headroom),
      bill === null ? NO_VALUE : money(bill.perHour, bill.currency),
      bill === null ? NO_VALUE : money(bill.perMillionOperations, bill.currency),
    ],
  }));
  const head = [
    `for ${perSecond(answer.targetRate)}`,
    'nodes',
    'capacity',
    'headroom',
    'an hour',
    'a million operations',
  ];
  return [...renderTable({ head, numeric: [1, 2, 3, 4, 5], flexible: 2, rows }, paint.dim, columns), ''];
}

function checkLines({ answer: { failureCheck, answer } }: SavedStudy, columns: number): string[] {
  const warnings = (answer?.warnings ?? []).flatMap((text) => wrapText(`! ${text}`, columns, '  ', ''));
  if (failureCheck === null) return warnings;
  const { nodes, targetRate, held, reasons } = failureCheck;
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  const sentence = `N+1 checked: one of ${nodes} nodes killed at ${perSecond(targetRate)}, the objectives ${held ? 'held' : 'were missed'}${why}`;
  return [...warnings, ...wrapText(sentence, columns, '  ', '')];
}
