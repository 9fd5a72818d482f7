// Stands in for the module `k6/websockets`: a connection that is open when the load is over is closed then, which is no failure; one that is not
// made, or breaks, is.
import * as websockets from 'k6/websockets';
import { enterWindow, holdOpen, inIteration, leftMs, noteFailure } from './iteration.ts';
import { safeTags } from './tags.ts';

export * from 'k6/websockets';

interface Socket {
  addEventListener(event: string, handler: () => void): void;
  close(): void;
}

type Params = { tags?: object } | null | undefined;
type Constructor = new (url: string, protocols: unknown, params: Params) => Socket;

export const WebSocket = function (url: string, protocols?: unknown, params?: Params): Socket {
  const native = websockets.WebSocket as unknown as Constructor;
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
  socket.addEventListener('error', () => {
    if (leftMs() > 0) noteFailure();
    ended();
  });
  return socket;
} as unknown as Constructor;

export default { ...websockets, WebSocket };
