// Docker's progress and event streams: one JSON object a line.
import { LineSplitter } from './line-splitter.ts';

/** @throws SyntaxError where a line is not JSON. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) yield* parse(splitter.push(chunk));
  yield* parse(splitter.end());
}

function parse(lines: readonly string[]): unknown[] {
  return lines.filter((line) => line.trim() !== '').map((line): unknown => JSON.parse(line));
}
