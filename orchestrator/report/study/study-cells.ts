// The rows of a study's tables where they are plain text: in the terminal and in Markdown.
import type { Sizing } from '../../capacity/answer.ts';
import type { SizeAnswer } from '../../study/answer-study.ts';
import { formatShare, NO_VALUE } from '../../format/format-value.ts';
import { intervalOf, money, nameBottleneck, perSecond } from './study-words.ts';

export const SIZE_HEAD = ['size', 'sustainable', 'interval', 'trials', 'first to run out'];
/** Columns of numbers. */
export const SIZE_NUMERIC = [1, 2, 3];

export function sizeCells(size: SizeAnswer): string[] {
  const { capacity, trials, status } = size.result;
  const nothing = capacity === null ? 'not known' : 'nothing';
  return [
    size.name,
    capacity === null ? status.replaceAll('-', ' ') : perSecond(capacity.value),
    intervalOf(size),
    String(trials.length),
    size.bottleneck === null ? nothing : nameBottleneck(size.bottleneck),
  ];
}

export function sizingHead(targetRate: number): string[] {
  return [`for ${perSecond(targetRate)}`, 'nodes', 'capacity', 'headroom', 'an hour', 'a million operations'];
}

export const SIZING_NUMERIC = [1, 2, 3, 4, 5];

export function sizingCells({ spare, nodes, capacity, headroom, bill, beyondMeasured }: Sizing): string[] {
  return [
    spare === 0 ? 'N' : `N+${spare}`,
    String(nodes),
    `${perSecond(capacity.value)}${beyondMeasured ? ' (not measured)' : ''}`,
    formatShare(headroom),
    bill === null ? NO_VALUE : money(bill.perHour, bill.currency),
    bill === null ? NO_VALUE : money(bill.perMillionOperations, bill.currency),
  ];
}
