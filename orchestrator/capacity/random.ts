// Seeded random numbers for capacity/: the same seed gives the same search, the same intervals and the same p-values.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

export interface Random {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** A whole number from 0 to `count` - 1, all equally likely. */
  readonly below: (count: number) => number;
  /** Standard normal (Box & Muller 1958). */
  readonly normal: () => number;
  /** The values in random order (Fisher-Yates), as a new array. */
  readonly shuffled: <T>(values: readonly T[]) => T[];
}

/**
 * Numbers of the Mersenne Twister MT19937 (Matsumoto & Nishimura 1998) from any seed; only its lowest 32 bits count. Seeds are mostly small and
 * in a row, and its initialisation scatters them: the library's xoroshiro128+ begins with 1.0000 for every seed from 1 to a thousand.
 */
export function createRandom(seed: number): Random {
  const generator = mersenne(seed);
  const uniform = () => uniformFloat64(generator);
  // Multiplying a fraction of 53 bits favours some numbers by less than count / 2^53: nothing at the counts used here.
  const below = (count: number) => Math.floor(uniform() * count);
  return {
    uniform,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffled: (values) => {
      const left = [...values];
      return values.map(() => left.splice(below(left.length), 1)[0] as (typeof left)[number]);
    },
  };
}
