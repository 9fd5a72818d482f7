// Questions and answers between two peers, over one long-lived stream for each direction of asking: opening a stream for each
// question took ten times its CPU time.
import type { AbortOptions, Connection, Stream } from '@libp2p/interface';
import { messageOf } from '../process/node-error.ts';
import type { Host } from './create-host.ts';
import { FrameReader, frameOf } from './frames.ts';

/** Answers a question of a peer; what it throws is told to the one who asked. */
export type Answerer = (question: unknown, from: string) => unknown;

/** Unanswered questions on one link; more are refused at once. */
const maxWaiting = 1000;
const defaultTimeoutMs = 3000;

/** The wire format of both kinds of frame. */
interface Frame {
  readonly id: number;
  readonly topic?: string;
  readonly body?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
}

export class Links {
  readonly #host: Host;
  readonly #protocol: string;
  readonly #answerers: Readonly<Record<string, Answerer>>;
  /** By connection: a new connection to the same peer needs a new stream. */
  readonly #links = new WeakMap<Connection, Promise<Link>>();

  /** Answers from now on. @param name of the network: peers of another do not understand each other */
  static async open(host: Host, name: string, answerers: Readonly<Record<string, Answerer>>): Promise<Links> {
    const links = new Links(host, name, answerers);
    await host.libp2p.handle(links.#protocol, (stream, connection) => links.#answer(stream, connection), {
      maxInboundStreams: 16,
    });
    return links;
  }

  private constructor(host: Host, name: string, answerers: Readonly<Record<string, Answerer>>) {
    this.#host = host;
    this.#protocol = `/topolab/${name}/1`;
    this.#answerers = answerers;
  }

  /**
   * The answer of a peer, over the connection there is, or a new one to these addresses.
   * Fails where it can't be reached, refuses, or does not answer in time.
   */
  async ask(
    peer: string,
    addresses: readonly string[],
    topic: string,
    question: unknown,
    timeoutMs = defaultTimeoutMs,
  ): Promise<unknown> {
    const signal = AbortSignal.timeout(timeoutMs);
    const connection = this.#connectionTo(peer) ?? (await this.#connect(peer, addresses, signal));
    const link = await this.#linkOver(connection, signal);
    return link.ask(topic, question, signal);
  }

  #connectionTo(peer: string): Connection | undefined {
    return this.#host.libp2p
      .getConnections()
      .find(({ remotePeer, status }) => status === 'open' && remotePeer.toString() === peer);
  }

  async #connect(peer: string, addresses: readonly string[], signal: AbortSignal): Promise<Connection> {
    if (addresses.length > 0) await this.#host.dial(addresses, signal);
    const connection = this.#connectionTo(peer);
    if (connection === undefined) throw new Error(`no connection to ${peer}`);
    return connection;
  }

  async #linkOver(connection: Connection, signal: AbortSignal): Promise<Link> {
    const known = this.#links.get(connection);
    if (known !== undefined) {
      const link = await known;
      if (link.open) return link;
    }
    const fresh = connection
      .newStream(this.#protocol, { signal, negotiateFully: false, maxOutboundStreams: 4 })
      .then((stream) => new Link(stream));
    this.#links.set(connection, fresh);
    fresh.catch(() => this.#links.delete(connection));
    return fresh;
  }

  #answer(stream: Stream, connection: Connection): void {
    const from = connection.remotePeer.toString();
    onFrames(stream, (frame) => {
      void this.#answerOne(frame, from).then((answer) => send(stream, answer).catch(() => undefined));
    });
  }

  async #answerOne({ id, topic, body }: Frame, from: string): Promise<Frame> {
    try {
      const answerer = this.#answerers[topic ?? ''];
      if (answerer === undefined) return { id, error: `nobody here answers '${topic}'` };
      return { id, body: await answerer(body, from) };
    } catch (thrown) {
      return { id, error: messageOf(thrown) };
    }
  }
}

/** The asking end of a stream. */
class Link {
  readonly #stream: Stream;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
    onFrames(stream, ({ id, body, error }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(body);
      else waiting?.reject(new Error(error));
    });
    stream.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection was closed'));
      this.#waiting.clear();
    });
  }

  get open(): boolean {
    return this.#stream.status === 'open' && this.#stream.writeStatus === 'writable';
  }

  async ask(topic: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    if (this.#waiting.size >= maxWaiting) throw new Error('too many questions wait for this peer');
    this.#lastId += 1;
    const id = this.#lastId;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timedOut = (): void => reject(new Error(`no answer to '${topic}' in time`));
    signal.addEventListener('abort', timedOut, { once: true });
    this.#waiting.set(id, { resolve, reject });
    try {
      // Time may be up, or the stream close, while there is no room yet to send it.
      await Promise.race([send(this.#stream, { id, topic, body }, { signal }), promise]);
      return await promise;
    } finally {
      this.#waiting.delete(id);
      signal.removeEventListener('abort', timedOut);
    }
  }
}

function onFrames(stream: Stream, take: (frame: Frame) => void): void {
  const reader = new FrameReader();
  stream.addEventListener('message', ({ data }) => {
    try {
      for (const frame of reader.push(data.subarray())) take(JSON.parse(frame.toString()) as Frame);
    } catch (thrown) {
      stream.abort(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  });
  // The other end asks no more: this end has nothing to say either.
  stream.addEventListener('remoteCloseWrite', () => void stream.close().catch(() => undefined));
}

async function send(stream: Stream, frame: Frame, options: AbortOptions = {}): Promise<void> {
  if (stream.writableNeedsDrain) await stream.onDrain(options);
  stream.send(frameOf(Buffer.from(JSON.stringify(frame))));
}
