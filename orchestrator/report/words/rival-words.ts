// How far behind one is, and how sure that is, in a few words.
import type { Certainty, JudgedRival } from '../../capacity/judge-rankings.ts';
import { formatNumber } from '../../format/format-value.ts';

/** ` (a factor of 1.98, beyond chance, p = 0.0079)`; empty without either. That there are too few runs is among the remarks, once. */
export function rivalNote(rival: JudgedRival): string {
  const { certainty, adjustedP } = rival;
  const sure = certainty === 'too-few-trials' ? [] : [CERTAINTIES[certainty], pWords(adjustedP)];
  const note = [factorWords(rival), ...sure].filter((part) => part !== '').join(', ');
  return note === '' ? '' : ` (${note})`;
}

/** `a factor of 1.98`; empty where there is none. */
function factorWords({ factor }: JudgedRival): string {
  return factor === null ? '' : `a factor of ${formatNumber(factor)}`;
}

/** Who leads, for several may come to the same, and those behind them, the best first. */
export function leadOf<Other extends JudgedRival>({
  ahead,
  others,
}: {
  readonly ahead: string;
  readonly others: readonly Other[];
}): { readonly leaders: readonly string[]; readonly behind: readonly Other[] } {
  const level = others.filter(({ factor }) => factor === 1);
  return {
    leaders: [ahead, ...level.map(({ name }) => name)],
    behind: others.filter(({ factor }) => factor !== 1),
  };
}

export const CERTAINTIES: Readonly<Record<Certainty, string>> = {
  'beyond-chance': 'beyond chance',
  'can-be-chance': 'can be chance',
  'too-few-trials': 'too few runs',
};

function pWords(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toPrecision(2)}`;
}
