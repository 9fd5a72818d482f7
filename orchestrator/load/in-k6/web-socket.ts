// What stands for k6's own WebSocket: a connection that is open when the load is over is closed then, which is no failure; one that is not made, or
// breaks, is.
import { enterWindow, holdOpen, inIteration, leftMs, noteDisconnection } from './iteration.ts';
import { clearTimeout, setTimeout } from './native-timers.ts';
import { safeTags } from './tags.ts';

interface Socket {
  addEventListener(event: string, handler: (event: unknown) => void): void;
  close(): void;
}

type Params = { tags?: object } | null | undefined;
type Constructor = new (url: string, protocols: unknown, params: Params) => Socket;

/** @param own the class of k6; the script's `new` on a function that returns an object gives that object. */
export function boundedWebSocket(own: unknown): Constructor {
  const native = own as Constructor;
  return function (url: string, protocols?: unknown, params?: Params): Socket {
    if (!inIteration()) return new native(url, protocols, params);
    // What comes of the connection belongs to the window in which it began.
    enterWindow();
    const socket = new native(url, protocols, { ...params, tags: safeTags(params?.tags ?? {}) });
    const left = leftMs();
    const over = Number.isFinite(left) ? setTimeout(() => socket.close(), Math.max(1, left)) : undefined;
    const release = holdOpen();
    const ended = () => {
      // A timer that is left would keep k6 from going on.
      if (over !== undefined) clearTimeout(over);
      release();
    };
    socket.addEventListener('close', ended);
    socket.addEventListener('error', (event) => {
      if (isBreak(event) && leftMs() > 0) noteDisconnection();
      ended();
    });
    return socket;
  } as unknown as Constructor;
}

/**
 * Whether an error of a connection is one. k6 also tells as errors that a server has closed it without a reason (1005, no status), and that nothing can be
 * sent any more over one that is closed.
 */
export function isBreak(event: unknown): boolean {
  const { error } = Object(event) as { readonly error?: unknown };
  const said = typeof error === 'function' ? (error.call(event) as unknown) : error;
  return !/websocket: close (?:1005|sent)\b/.test(String(said));
}
