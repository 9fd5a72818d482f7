import { afterEach, describe, expect, it, vi } from 'vitest';
import { parsePatience, patient } from '../../orchestrator/patience.ts';

afterEach(() => vi.unstubAllEnvs());

describe('patience', () => {
  it.each([
    ['1', 1],
    ['3', 3],
    ['2.5', 2.5],
    ['100', 100],
  ])('of %s is that', (text, times) => expect(parsePatience(text)).toBe(times));

  it.each(['', ' ', '0', '0.5', '101', 'x', 'Infinity'])('of %j is refused with words', (text) => {
    expect(() => parsePatience(text)).toThrow(
      expect.objectContaining({ code: 'patience-wrong', exitCode: 2 }),
    );
  });

  it('multiplies a bound, and leaves it where none is asked for', () => {
    expect(patient(2000)).toBe(2000);
    vi.stubEnv('TOPOLAB_PATIENCE', '3');
    expect(patient(2000)).toBe(6000);
  });
});
