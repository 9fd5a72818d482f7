import { describe, expect, test } from 'vitest';
import { interpolate } from '../../../orchestrator/compose/file/interpolate.ts';

const values: Readonly<Record<string, string>> = { NAME: 'shop', EMPTY: '', TAG: '1.4' };
const valueOf = (name: string): string | undefined => values[name];

describe('variables in texts of compose files', () => {
  test.each([
    ['plain text', 'plain text'],
    ['$NAME and ${NAME}', 'shop and shop'],
    ['${NAME}:${TAG}', 'shop:1.4'],
    ['$NAME-x', 'shop-x'],
    ['$$NAME is $NAME', '$NAME is shop'],
    ['$${NAME}', '${NAME}'],
    ['costs 5$', 'costs 5$'],
    ['$1 and $ alone', '$1 and $ alone'],
    ['[$NONE]', '[]'],
    ['${NONE:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${EMPTY-other}', ''],
    ['${NONE-other}', 'other'],
    ['${NAME:-other}', 'shop'],
    ['${NONE:-a-b:-c}', 'a-b:-c'],
    ['${NONE:-${EMPTY:-${TAG}}}!', '1.4!'],
    ['${NONE:-{"a": 1}}', '{"a": 1}'],
    ['${NONE:-$$1}', '$1'],
    ['${NAME:+there}', 'there'],
    ['${EMPTY:+there}', ''],
    ['${EMPTY+there}', 'there'],
    ['${NONE+there}', ''],
    ['${NAME:?must be set}', 'shop'],
    ['${EMPTY?must be set}', ''],
  ])('%s → %s', (text, expected) => {
    expect(interpolate(text, { valueOf })).toEqual({ ok: true, text: expected });
  });

  test.each([
    ['${NONE:?name it}', 'needs the variable NONE: name it; set it in the environment or in .env'],
    ['${EMPTY:?}', 'needs the variable EMPTY; set it in the environment or in .env'],
    ['${NONE?the ${TAG}}', 'needs the variable NONE: the 1.4; set it in the environment or in .env'],
    ['${NAME', 'a brace after $ is not closed; write }, or $$ for the sign itself'],
    ['${}', '${} is no variable; write for example ${NAME} or ${NAME:-default}, and $$ for the sign itself'],
    [
      '${1NAME}',
      '${1NAME} is no variable; write for example ${NAME} or ${NAME:-default}, and $$ for the sign itself',
    ],
    [
      '${NAME/a/b}',
      '${NAME/a/b} is no variable; write for example ${NAME} or ${NAME:-default}, and $$ for the sign itself',
    ],
  ])('%s is refused', (text, problem) => {
    expect(interpolate(text, { valueOf })).toEqual({ ok: false, problem });
  });

  test('tells of each variable that is not set and has no default', () => {
    const unset: string[] = [];
    interpolate('$A ${B} ${C:-c} ${D:+d} $NAME', { valueOf, onUnset: (name) => unset.push(name) });
    expect(unset).toEqual(['A', 'B']);
  });

  test('grows no further than anybody needs', () => {
    const long = 'x'.repeat(1000);
    expect(interpolate('$N'.repeat(1000), { valueOf: () => long })).toEqual({
      ok: false,
      problem: 'comes to more than 256 KiB with its variables; write less',
    });
  });

  test('goes no deeper than anybody writes', () => {
    const deep = `${'${N:-'.repeat(30)}x${'}'.repeat(30)}`;
    expect(interpolate(deep, { valueOf })).toEqual({
      ok: false,
      problem: 'nests more than 20 variables in each other; write fewer',
    });
  });
});
