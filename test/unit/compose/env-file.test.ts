import { describe, expect, test } from 'vitest';
import { parseEnvFile } from '../../../orchestrator/compose/file/env-file.ts';
import { splitWords } from '../../../orchestrator/compose/file/split-words.ts';

const outer: Readonly<Record<string, string>> = { HOME: '/root', SET: 'outside' };

function read(text: string): Record<string, string> {
  const { values, problems } = parseEnvFile(text, { valueOf: (name) => outer[name] });
  expect(problems).toEqual([]);
  return Object.fromEntries(values);
}

describe('files of variables', () => {
  test.each<[string, Record<string, string>]>([
    ['A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['# none\n\n  A = 1  \n', { A: '1' }],
    ['A=1 # the first', { A: '1' }],
    ['A=1#2', { A: '1#2' }],
    ['export A=1', { A: '1' }],
    ['A: 1', { A: '1' }],
    ['A=\nB=""', { A: '', B: '' }],
    ["A='$HOME \\n'", { A: '$HOME \\n' }],
    ['A="$HOME\\tend"', { A: '/root\tend' }],
    ['A=$HOME/x', { A: '/root/x' }],
    ['A=1\nB=${A}2', { A: '1', B: '12' }],
    ['SET=inside\nB=$SET', { SET: 'inside', B: 'outside' }],
    ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ['A="say \\"x\\""', { A: 'say "x"' }],
    ['A="\\$HOME"', { A: '$HOME' }],
    ['A={"a":"b"}', { A: '{"a":"b"}' }],
    ['HOME\nNONE', { HOME: '/root' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['spring.profile=x\nA=${NONE:-d}', { 'spring.profile': 'x', A: 'd' }],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['A=1\nnot a variable', { line: 2, message: 'is no variable; write NAME=value' }],
    ['A="open\nB=1', { line: 1, message: 'a quote is not closed; write " where the value ends' }],
    [
      'A=${NONE:?say it}',
      { line: 1, message: 'needs the variable NONE: say it; set it in the environment or in .env' },
    ],
  ])('%j is refused', (text, problem) => {
    expect(parseEnvFile(text, { valueOf: () => undefined }).problems).toEqual([problem]);
  });
});

describe('words of a command', () => {
  test.each<[string, string[] | undefined]>([
    ['npm run start', ['npm', 'run', 'start']],
    ['  a   b ', ['a', 'b']],
    ['sh -c "a && b"', ['sh', '-c', 'a && b']],
    [`sh -c 'echo "$HOME"'`, ['sh', '-c', 'echo "$HOME"']],
    ['a\\ b "c\\"d"', ['a b', 'c"d']],
    ['--x="y z"w', ['--x=y zw']],
    ['""', ['']],
    ['', []],
    ['"open', undefined],
    ['sh -c "printf \'a\\nb\\tc\'"', ['sh', '-c', "printf 'a\nb\tc'"]],
    ["printf 'a\\nb'", ['printf', 'a\\nb']],
    ['run --host=$(hostname -i)', ['run', '--host=$(hostname -i)']],
    ['run `hostname -i`', ['run', '`hostname -i`']],
    ['run (a)', undefined],
    ['run $(a', undefined],
  ])('%j', (text, words) => {
    const split = splitWords(text);
    expect('words' in split ? split.words : undefined).toEqual(words);
  });

  test.each<[string, string[], string]>([
    ['npm run migrate && npm start', ['npm', 'run', 'migrate'], '&& npm start'],
    ['serve; sleep 1', ['serve'], '; sleep 1'],
    ['serve 2>&1 | tee log', ['serve'], '>&1 | tee log'],
    ['serve "a && b"', ['serve', 'a && b'], ''],
  ])('end at what only a shell carries out: %j', (text, words, rest) => {
    expect(splitWords(text)).toEqual({ words, rest });
  });
});
