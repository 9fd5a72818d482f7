// The program that presses on nodes, as the fake engine runs it: keeps what it is told, and answers what the test wants it to.
import { Duplex } from 'node:stream';
import { Label } from '../../../orchestrator/engine/engine.ts';
import type { FakeContainer } from '../../../orchestrator/engine/fake/fake-container.ts';

export class FakePressure {
  /** What the program in each node was told last, `want busy=2`; without those that have ended. */
  readonly told = new Map<string, string>();
  readonly #streams = new Map<string, Duplex>();
  readonly #answer: (node: string, line: string) => string;

  /** @param answer to a line; by default everything can be done. */
  constructor(answer: (node: string, line: string) => string = () => 'ok') {
    this.#answer = answer;
  }

  /** For the engine's option `stream`. */
  readonly stream = (container: FakeContainer, argv: readonly string[]): Duplex => {
    if (argv.join(' ') !== '/.topolab/topolab-pressure') throw new Error(`runs ${argv.join(' ')}`);
    const node = container.spec.labels[Label.node] ?? '';
    const stream = new Duplex({
      read: () => {},
      write: (chunk: Buffer, _, done) => {
        const line = chunk.toString().trimEnd();
        this.told.set(node, line);
        stream.push(`${this.#answer(node, line)}\n`);
        done();
      },
      final: (done) => {
        this.end(node);
        done();
      },
    });
    this.#streams.set(node, stream);
    void container.exited.then(() => this.end(node));
    return stream;
  };

  /** It ends: by itself, or because the kernel kills it. */
  end(node: string): void {
    this.told.delete(node);
    this.#streams.get(node)?.push(null);
    this.#streams.delete(node);
  }
}
