// The bounds that people write: which of them go together.
import { exactlyOne } from '../text/exactly-one.ts';
import { COMPARISONS } from './comparison.ts';

export const ceiling = exactlyOne('below', 'atMost');
export const floor = exactlyOne('atLeast', 'above');
export const anyBound = exactlyOne(...COMPARISONS);
