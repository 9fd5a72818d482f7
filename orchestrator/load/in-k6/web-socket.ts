// What stands for k6's own WebSocket: a connection that is open when the load is over is closed then, which is no failure; one that is not made, or
// breaks, is. Whoever waits for its handshake until then has hung.
import {
  enterWindow,
  holdOpen,
  inIteration,
  leftMs,
  noteDisconnection,
  noteHung,
  offsetMs,
  onceOver,
} from './iteration.ts';
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
    const beganMs = offsetMs();
    let isWaiting = true;
    const release = holdOpen();
    const endWait = onceOver(() => {
      // k6 stands still for good where one is closed before it is open.
      if (!isWaiting) return socket.close();
      isWaiting = false;
      noteHung(beganMs);
      noteDisconnection();
      release();
    });
    const ended = () => {
      endWait();
      release();
    };
    socket.addEventListener('open', () => {
      isWaiting = false;
      if (leftMs() <= 0) socket.close();
    });
    socket.addEventListener('close', ended);
    socket.addEventListener('error', (event) => {
      if (isWaiting && !isRefusal(event)) noteHung(beganMs);
      isWaiting = false;
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
  return !/websocket: close (?:1005|sent)\b/.test(saidBy(event));
}

/** The handshake was answered, by something else than a WebSocket. */
function isRefusal(event: unknown): boolean {
  return saidBy(event).includes('websocket: bad handshake');
}

function saidBy(event: unknown): string {
  const { error } = Object(event) as { readonly error?: unknown };
  return String(typeof error === 'function' ? (error.call(event) as unknown) : error);
}
