// Predictions and what is to be doubted of them, in words.
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import { formatNumber, formatShare, formatValue } from '../../format/format-value.ts';
import type { Saturation } from '../../measure/figures/figures.ts';
import type { Range } from '../../prediction/laws.ts';
import type { Check, Doubt } from '../../prediction/prediction.ts';
import { nameBottleneck } from '../study/study-words.ts';

type Resource = Pick<Saturation, 'resource' | 'group' | 'role'>;

/** `CPU of servers`. */
export const nameResource: (resource: Resource) => string = nameBottleneck;

/** Whether it is the machine of the measurement that ran out. */
export function isOfHost({ resource }: Resource): boolean {
  return resource === 'generator-cpu' || resource === 'host-cpu' || resource === 'host-steal';
}

/** `42 s (38 s to 47 s)`. */
export function rangeWords({ value, lower, upper }: Range, unit: PanelUnit): string {
  return `${formatValue(value, unit)} (${formatValue(lower, unit)} to ${formatValue(upper, unit)})`;
}

/** @param sizes what is counted: `nodes`. @param unit of the figure. */
export function doubtWords(doubt: Doubt, sizes: string, unit: PanelUnit): string {
  switch (doubt.code) {
    case 'few-sizes':
      return `only ${doubt.sizes} sizes were measured: a law needs ${doubt.needed} or more to be checked`;
    case 'unchecked':
      return `too few sizes have the figure to leave out one and predict it: measure ${doubt.needed} or more`;
    case 'too-far':
      return `${formatNumber(doubt.size)} ${sizes} are far beyond what was measured: that says something about up to ${formatNumber(Math.floor(doubt.believedUpTo))}`;
    case 'missed-largest':
      return `from the smaller sizes the law would have predicted ${rangeWords(doubt.predicted, unit)} at ${formatNumber(doubt.size)}, and ${formatValue(doubt.measured, unit)} was measured there`;
    case 'weak-check':
      return `from the smaller sizes ${formatNumber(doubt.size)} would have been predicted as ${rangeWords(doubt.predicted, unit)}, so vaguely that half or twice as much would have passed: measure more sizes, or each more often`;
    case 'nothing-there':
      return `the figure is 0 at ${formatNumber(doubt.at)}, of which no law here knows, so that this size is left out`;
    case 'off-curve':
      return `the curve is ${formatShare(doubt.share)} off what was measured at ${formatNumber(doubt.at)}: the system does not scale by this law`;
    case 'single-trial':
      return `a single trial at ${formatNumber(doubt.at)} does not tell how trials scatter, so that the intervals are too narrow`;
    case 'bottleneck-changes':
      return `${doubt.larger} ran out first at ${formatNumber(doubt.at)}, and ${doubt.smaller} below: another resource may be next`;
    case 'figure-missing':
      return `not every run at ${formatNumber(doubt.at)} has the figure, so that this size is left out`;
    case 'host-ran-out':
      return `this machine ran out at ${formatNumber(doubt.at)}, and not the system: larger sizes need more machines to be known`;
  }
}

/** Whether the law has stood the only test that there is without running more. */
export function checkWords(check: Check | null, unit: PanelUnit): string | null {
  if (check === null || !check.held) return null;
  return `checked: without it, ${formatNumber(check.size)} would have been predicted as ${rangeWords(check.predicted, unit)}; measured ${formatValue(check.measured, unit)}`;
}
