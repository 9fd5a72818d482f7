// `--set nodes=2,4,8 --set topology=hybrid` → the combinations of values, one run each.
import { ExitCode, TopolabError } from '../../errors.ts';

/** More runs in a row than anybody waits for. */
const MOST_COMBINATIONS = 64;

const RANGE = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(\d{1,9}))?$/;

/**
 * Each text is `name=value`, `name=value,value,…` (`\\,` is a comma within a value), or `name=first..last` of whole numbers, with `..step` (default 1). Lists may
 * hold ranges. Answers all combinations, the last name changing fastest; one without values where there are no texts.
 *
 * @throws TopolabError `sets-invalid` (exit code 2) for anything else, a name given twice, and more than 64 combinations.
 */
export function parseSets(texts: readonly string[]): Record<string, string>[] {
  const names = new Set<string>();
  let combinations: Record<string, string>[] = [{}];
  for (const text of texts) {
    const { name, values } = parseSet(text);
    if (names.has(name))
      throw wrong(text, `"${name}" is given twice`, `Write --set ${name}=a,b for a sweep.`);
    names.add(name);
    const count = combinations.length * values.length;
    if (count > MOST_COMBINATIONS) {
      const hint = `Give fewer values: at most ${MOST_COMBINATIONS} combinations are run.`;
      throw wrong(text, `this makes ${count} combinations`, hint);
    }
    combinations = combinations.flatMap((each) => values.map((value) => ({ ...each, [name]: value })));
  }
  return combinations;
}

/** As parseSets, for a command that takes one value for each name. Throws `sets-invalid` for a sweep. */
export function onlySet(texts: readonly string[]): Record<string, string> {
  const [only = {}, ...others] = parseSets(texts);
  if (others.length === 0) return only;
  throw wrong(texts.join(' '), 'this command runs no sweep', 'Give one value for each name.');
}

function parseSet(text: string): { name: string; values: string[] } {
  const [, name, list] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? [];
  if (name === undefined || list === undefined)
    throw wrong(text, 'it has no name and value', 'Write for example --set nodes=8.');
  // A comma after a backslash belongs to the value.
  const values = list
    .split(/(?<!\\),/)
    .flatMap((part) => expand(part.trim(), text))
    .map((value) => value.replaceAll('\\,', ','));
  if (values.includes(''))
    throw wrong(text, 'a value is empty', `Write for example --set ${name}=8 or ${name}=2,4,8.`);
  if (new Set(values).size < values.length)
    throw wrong(text, 'a value is there twice', 'Give each value once.');
  return { name, values };
}

/** The values as they are given: `nodes=4`, `topology=hybrid`. */
export function writeSet(set: Readonly<Record<string, string>>): string[] {
  return Object.entries(set).map(([name, value]) => `${name}=${value}`);
}

/** A range as its numbers, anything else as it is. */
function expand(part: string, text: string): string[] {
  const match = RANGE.exec(part);
  if (match === null) return [part];
  const [first, last, step] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 1)];
  if (last < first || step === 0)
    throw wrong(text, `${part} holds no numbers`, 'Write the smaller number first, such as 2..8 or 2..8..2.');
  const count = Math.floor((last - first) / step) + 1;
  if (count > MOST_COMBINATIONS)
    throw wrong(text, `${part} holds ${count} numbers`, `At most ${MOST_COMBINATIONS} combinations are run.`);
  return Array.from({ length: count }, (_, index) => String(first + index * step));
}

function wrong(text: string, problem: string, hint: string): TopolabError {
  return new TopolabError(`read --set ${text}: ${problem}`, {
    code: 'sets-invalid',
    hint,
    exitCode: ExitCode.usage,
  });
}
