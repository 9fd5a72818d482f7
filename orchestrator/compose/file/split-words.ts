// A command written as one text → its words, as compose takes them apart (mattn/go-shellwords): quotes, backslashes and `$(…)`, and nothing else
// of a shell. Pure.

export type SplitWords =
  | {
      readonly words: readonly string[];
      /** What stands behind them from an operator of a shell on, which nobody carries out: `&& npm start`. '' where there is none. */
      readonly rest: string;
    }
  /** What is wrong, and what to write instead. */
  | { readonly problem: string };

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };
/** A command for a shell: handed on as it is written, quotes and spaces included. */
const SUBSTITUTED = /\$\([^)]*\)|`[^`]*`/y;

export function splitWords(text: string): SplitWords {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    const substituted = quote === undefined ? substitutedAt(text, at) : undefined;
    if (substituted !== undefined) {
      word = (word ?? '') + substituted;
      at += substituted.length - 1;
    } else if (sign === '\\' && quote !== "'") {
      const escaped = text[++at] ?? '';
      word = (word ?? '') + (ESCAPES[escaped] ?? escaped);
    } else if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") [quote, word] = [sign, word ?? ''];
    else if (/[()`]/.test(sign))
      return {
        problem: `holds ${sign}, which means something to a shell only; put it into quotes, or write sh -c '…'`,
      };
    else if (/[;&|<>]/.test(sign)) {
      // The number of what is redirected: `2>&1`.
      const isNumber = sign === '>' && word !== undefined && /^\d+$/.test(word);
      return {
        words: isNumber || word === undefined ? words : [...words, word],
        rest: text.slice(at).trim(),
      };
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + sign;
  }
  if (quote !== undefined)
    return { problem: 'holds a quote that is not closed; write another one where the word ends' };
  return { words: word === undefined ? words : [...words, word], rest: '' };
}

function substitutedAt(text: string, at: number): string | undefined {
  SUBSTITUTED.lastIndex = at;
  return SUBSTITUTED.exec(text)?.[0];
}
