// A file of a study with one value a line, which grows while the study goes on: each is on disk as soon as it is added. A program that was killed may have
// left half a last line: it is left out by whoever reads, and taken away by whoever adds.
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { TopolabError } from '../../errors.ts';
import { parseDocument } from './saved-documents.ts';

export class JsonLines<Value> {
  readonly #path: string;
  readonly #document: ZodType<Value>;
  #begun = false;

  /** @param document what each value must hold to be read. */
  constructor(path: string, document: ZodType<Value>) {
    this.#path = path;
    this.#document = document;
  }

  add(value: Value): void {
    // What is left of a line would make one with the first line of this session.
    if (!this.#begun) dropTornLine(this.#path);
    this.#begun = true;
    appendFileSync(this.#path, `${JSON.stringify(value)}\n`);
  }

  /**
   * In the order in which they were added; none where there is no file.
   * @throws TopolabError `study-unreadable`, or `folder-damaged` (exit code 2).
   */
  async read(): Promise<Value[]> {
    const text = await readFile(this.#path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return '';
      throw new TopolabError(`read the study: ${cause.message}`, { code: 'study-unreadable', cause });
    });
    return text
      .split('\n')
      .slice(0, -1)
      .map((line, index) => parseDocument(`${this.#path}:${index + 1}`, line, this.#document));
  }
}

function dropTornLine(path: string): void {
  if (!existsSync(path)) return;
  const content = readFileSync(path);
  truncateSync(path, content.lastIndexOf('\n') + 1);
}
