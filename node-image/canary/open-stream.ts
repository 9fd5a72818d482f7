// A canary's stream of events at one node: kept open for as long as it may read.
import { get, type IncomingMessage } from 'node:http';
import type { NodeAddress } from '../contract/canary-protocol.ts';

const againMs = 500;

export interface OpenStreamOptions {
  readonly node: NodeAddress;
  readonly token: () => string;
  readonly received: (message: string) => void;
  readonly ended: () => void;
  /** Whether to open it again after it has ended. */
  readonly wanted: () => boolean;
}

export class OpenStream {
  readonly #options: OpenStreamOptions;
  #answer: IncomingMessage | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: OpenStreamOptions) {
    this.#options = options;
    this.#open();
  }

  get isOpen(): boolean {
    return this.#answer !== undefined;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#answer?.destroy();
  }

  #open(): void {
    const { node, token } = this.#options;
    const headers = { authorization: `Bearer ${token()}` };
    const request = get({ host: node.host, port: node.port, path: '/events/stream', headers, agent: false });
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      this.#over();
    };
    request.on('error', end);
    request.on('response', (answer) => {
      answer.on('error', end);
      answer.on('close', end);
      answer.resume();
      if (answer.statusCode !== 200) return;
      this.#answer = answer;
      answer.setEncoding('utf8');
      let text = '';
      answer.on('data', (chunk: string) => {
        const lines = (text + chunk).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) this.#line(line);
      });
    });
  }

  #line(line: string): void {
    if (!line.startsWith('data: ')) return;
    const { message } = JSON.parse(line.slice(6)) as { message?: string };
    if (message !== undefined) this.#options.received(message);
  }

  #over(): void {
    const wasOpen = this.isOpen;
    this.#answer = undefined;
    if (this.#stopped) return;
    if (wasOpen) this.#options.ended();
    this.#timer = setTimeout(() => {
      if (this.#options.wanted()) this.#open();
      else this.#over();
    }, againMs);
  }
}
