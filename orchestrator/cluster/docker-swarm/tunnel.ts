// The way to the engine of another host of a Swarm: through a command in the manager's tunnel, over the network of tunnels, into that
// host's tunnel (node-image/tunnel/). Only the manager's API has to be reachable from here.
import { once } from 'node:events';
import { Agent, type ClientRequestArgs } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { clientTls, WINDOW_BYTES } from '../../../node-image/contract/tunnel-tls.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';

/** The relay's process is started, connects to the other host and agrees on keys. */
const OPEN_MS = 20_000;
/** Between two attempts to open it again: the first pause, and the longest, for each takes a process on the manager. */
const OPEN_AGAIN_MS = 1000;
const MOST_PAUSE_MS = 15_000;

export class Tunnel implements Disposable {
  readonly #openStream: () => Promise<Duplex>;
  readonly #key: Buffer;
  readonly #closed = new AbortController();
  #session: Promise<ClientHttp2Session> | undefined;

  /** @param openStream the byte stream to the host's tunnel, opened again whenever it has broken. */
  constructor(openStream: () => Promise<Duplex>, key: Buffer) {
    this.#openStream = openStream;
    this.#key = key;
  }

  /** Resolves when the other end has answered; keeps the session open from then on. */
  async open(): Promise<void> {
    await this.#ready();
    void this.#keepOpen();
  }

  /** For an HTTP client: its connections are streams to the host's engine. */
  agent(): Agent {
    return new TunnelAgent(() => this.#connection());
  }

  [Symbol.dispose](): void {
    this.#closed.abort(new Error('the tunnel was closed'));
    void this.#session?.then((session) => session.destroy()).catch(() => {});
  }

  /** A tunnel that nobody has a session with removes itself. */
  async #keepOpen(): Promise<void> {
    const { signal } = this.#closed;
    let pauseMs = OPEN_AGAIN_MS;
    while (!signal.aborted) {
      const session = await this.#ready().catch(() => undefined);
      if (session !== undefined && !session.closed) await once(session, 'close', { signal }).catch(() => {});
      await pause(pauseMs, signal).catch(() => {});
      pauseMs = session === undefined ? Math.min(2 * pauseMs, MOST_PAUSE_MS) : OPEN_AGAIN_MS;
    }
  }

  async #connection(): Promise<Duplex> {
    const session = await this.#ready();
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'engine' });
    // An HTTP/2 stream garbles texts that are written to it together; behind this it gets bytes.
    const connection = Duplex.from({ readable: stream, writable: stream });
    connection.once('close', () => stream.destroy());
    // As a socket does: where the engine says nothing more, whoever follows it waits for the close.
    connection.once('end', () => connection.end());
    // http.Agent expects a socket's switches where it keeps connections for later.
    return Object.assign(connection, {
      setKeepAlive: () => connection,
      setTimeout: () => connection,
      setNoDelay: () => connection,
      ref: () => connection,
      unref: () => connection,
    });
  }

  #ready(): Promise<ClientHttp2Session> {
    if (this.#session !== undefined) return this.#session;
    const begun = this.#begin();
    const forget = (): void => {
      if (this.#session === begun) this.#session = undefined;
    };
    begun.then((session) => session.once('close', forget), forget);
    this.#session = begun;
    return begun;
  }

  async #begin(): Promise<ClientHttp2Session> {
    this.#closed.signal.throwIfAborted();
    const stream = await this.#openStream();
    stream.on('error', () => {});
    const secured = connectTls({ socket: stream, ...clientTls(this.#key) });
    try {
      const limit = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(patient(OPEN_MS))]);
      await once(secured, 'secureConnect', { signal: limit });
    } catch (error) {
      stream.destroy();
      secured.destroy();
      throw error;
    }
    const session = connectHttp2('http://tunnel', {
      createConnection: () => secured,
      settings: { initialWindowSize: WINDOW_BYTES },
    });
    session.on('error', () => {});
    session.on('close', () => stream.destroy());
    session.once('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
    return session;
  }
}

class TunnelAgent extends Agent {
  readonly #connection: () => Promise<Duplex>;

  constructor(connection: () => Promise<Duplex>) {
    super({ keepAlive: true });
    this.#connection = connection;
  }

  override createConnection(
    _options: ClientRequestArgs,
    created?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#connection().then(
      (stream) => created?.(null, stream),
      (error: unknown) => (created as ((error: unknown) => void) | undefined)?.(error),
    );
    return undefined;
  }
}
