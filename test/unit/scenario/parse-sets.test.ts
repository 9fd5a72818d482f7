import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../../orchestrator/errors.ts';
import { parseSets } from '../../../orchestrator/scenario/parameters/parse-sets.ts';

describe('values from the command line', () => {
  test.each<[string[], Record<string, string>[]]>([
    [[], [{}]],
    [['nodes=8'], [{ nodes: '8' }]],
    [['url=http://a/?b=c'], [{ url: 'http://a/?b=c' }]],
    [['nodes=2, 4'], [{ nodes: '2' }, { nodes: '4' }]],
    [['who=a\\, b,c'], [{ who: 'a, b' }, { who: 'c' }]],
    [['nodes=2..4'], [{ nodes: '2' }, { nodes: '3' }, { nodes: '4' }]],
    [['nodes=2..8..3'], [{ nodes: '2' }, { nodes: '5' }, { nodes: '8' }]],
    [['nodes=1,4..5'], [{ nodes: '1' }, { nodes: '4' }, { nodes: '5' }]],
    [['n=-1..0'], [{ n: '-1' }, { n: '0' }]],
    [
      ['a=1,2', 'b=x,y'],
      [
        { a: '1', b: 'x' },
        { a: '1', b: 'y' },
        { a: '2', b: 'x' },
        { a: '2', b: 'y' },
      ],
    ],
  ])('%j make %j', (texts, combinations) => {
    expect(parseSets(texts)).toEqual(combinations);
  });

  test.each([
    [['nodes'], 'it has no name and value'],
    [['=8'], 'it has no name and value'],
    [['nodes='], 'a value is empty'],
    [['nodes=2,'], 'a value is empty'],
    [['nodes=2,1..3'], 'a value is there twice'],
    [['nodes=8..2'], '8..2 holds no numbers'],
    [['nodes=2..8..0'], '2..8..0 holds no numbers'],
    [['nodes=1..999999999'], '1..999999999 holds 999999999 numbers'],
    [['a=1..9', 'b=1..9'], 'this makes 81 combinations'],
    [['a=1', 'a=2'], '"a" is given twice'],
  ])('%j are refused: %s', (texts, problem) => {
    const read = () => parseSets(texts);
    expect(read).toThrow(problem);
    expect(read).toThrow(expect.objectContaining({ code: 'sets-invalid', exitCode: ExitCode.usage }));
  });
});
