// Variables in the texts of a compose file: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`,
// `${NAME:+other}`, `${NAME+other}`; `$$` is the sign itself. As compose-go has it (template/template.go). Pure.

export interface Variables {
  /** Undefined where it is not set. */
  readonly valueOf: (name: string) => string | undefined;
  /** Hears of variables without a value and a default: nothing stands for them. */
  readonly onUnset?: (name: string) => void;
}

export type Interpolated =
  | { readonly ok: true; readonly text: string }
  /** What is wrong, and what to write instead. */
  | { readonly ok: false; readonly problem: string };

export function interpolate(text: string, variables: Variables): Interpolated {
  try {
    return { ok: true, text: replaced(text, variables, 0) };
  } catch (error) {
    if (error instanceof Unreplaced) return { ok: false, problem: error.message };
    throw error;
  }
}

/** Caught above: a default is a text of its own, and so is its default. */
class Unreplaced extends Error {}

const DEEPEST = 20;
/** Characters of a text: variables that hold each other twice would double it again and again. */
const LONGEST = 2 ** 18;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:?[-?+]/y;

function replaced(text: string, variables: Variables, depth: number): string {
  if (depth > DEEPEST)
    throw new Unreplaced(`nests more than ${DEEPEST} variables in each other; write fewer`);
  let [result, at] = ['', 0];
  for (let sign = text.indexOf('$'); sign >= 0; sign = text.indexOf('$', at)) {
    result += text.slice(at, sign);
    const next = text[sign + 1];
    const name = next === '{' ? undefined : matchAt(NAME, text, sign + 1);
    if (next === '$') [result, at] = [`${result}$`, sign + 2];
    else if (next === '{') {
      const end = closingBrace(text, sign + 1);
      result += braced(text.slice(sign + 2, end), variables, depth);
      at = end + 1;
    } else if (name !== undefined) {
      result += plain(name, variables);
      at = sign + 1 + name.length;
    } else [result, at] = [`${result}$`, sign + 1];
    if (result.length > LONGEST)
      throw new Unreplaced(`comes to more than ${LONGEST / 1024} KiB with its variables; write less`);
  }
  return result + text.slice(at);
}

function braced(inner: string, variables: Variables, depth: number): string {
  const name = matchAt(NAME, inner, 0);
  const operator = name === undefined ? undefined : matchAt(OPERATOR, inner, name.length);
  const rest = inner.slice((name ?? '').length + (operator ?? '').length);
  if (name === undefined || (operator === undefined && rest !== ''))
    throw new Unreplaced(
      `\${${inner.slice(0, 60)}} is no variable; write for example \${NAME} or \${NAME:-default}, and $$ for the sign itself`,
    );
  if (operator === undefined) return plain(name, variables);
  const value = variables.valueOf(name);
  const isThere = value !== undefined && (value !== '' || !operator.startsWith(':'));
  if (operator.endsWith('+')) return isThere ? replaced(rest, variables, depth + 1) : '';
  if (isThere) return value;
  if (operator.endsWith('-')) return replaced(rest, variables, depth + 1);
  const message = replaced(rest, variables, depth + 1);
  throw new Unreplaced(
    `needs the variable ${name}${message === '' ? '' : `: ${message}`}; set it in the environment or in .env`,
  );
}

function plain(name: string, { valueOf, onUnset }: Variables): string {
  const value = valueOf(name);
  if (value === undefined) onUnset?.(name);
  return value ?? '';
}

/** Where the brace closes that opens at `open`. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && --depth === 0) return at;
  }
  throw new Unreplaced('a brace after $ is not closed; write }, or $$ for the sign itself');
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
