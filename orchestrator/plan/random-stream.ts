// Random numbers of a plan: one stream for each purpose, so that a change in one place leaves the others as they were.
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Uniform numbers in [0, 1), of 53 bits. The same seed and purpose always give the same numbers; streams of different
 * purposes have nothing to do with each other. Generator: xoroshiro128+ (Blackman and Vigna, 2018, doi:10.1145/3460772).
 */
export function randomStream(seed: number, ...purpose: readonly string[]): () => number {
  const mixed = createHash('sha256')
    .update(JSON.stringify([seed, ...purpose]))
    .digest();
  const generator = xoroshiro128plus(mixed.readInt32LE(0));
  return () => uniformFloat64(generator);
}
