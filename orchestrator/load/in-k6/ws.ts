// Stands in for the module `k6/ws`: a connection that is open when the load is over is closed then, which is no failure; one that is not made, or
// breaks, is. k6 gives its handshake a minute, whatever is left of the load, and goes on with nothing else of the script meanwhile.
import ws from 'k6/ws';
import { bookWait, enterWindow, inIteration, leftMs, noteDisconnection, stopHere } from './iteration.ts';
import { safeTags } from './tags.ts';
import { isBreak } from './web-socket.ts';

export * from 'k6/ws';

interface Socket {
  on(event: string, handler: (event: unknown) => void): void;
  setTimeout(callback: () => void, ms: number): void;
  close(): void;
}

type Setup = (socket: Socket) => void;
type Params = { tags?: object } | null;
type Connect = (url: string, ...args: (Params | Setup)[]) => { readonly status?: number };

/** Of an upgrade to a WebSocket. */
const SWITCHING_PROTOCOLS = 101;

export const connect: Connect = (url, ...args) => {
  const k6Connect = ws.connect as unknown as Connect;
  const setup = args.at(-1);
  const params = args.length > 1 ? (args[0] as Params) : null;
  if (!inIteration() || typeof setup !== 'function') return k6Connect(url, ...args);
  if (leftMs() <= 0) stopHere();
  // What comes of the connection belongs to the window in which it began.
  enterWindow();
  const endWait = bookWait();
  let answer: ReturnType<Connect>;
  try {
    answer = k6Connect(url, { ...params, tags: safeTags(params?.tags ?? {}) }, (socket) => {
      endWait(true);
      socket.on('error', (event) => {
        if (isBreak(event) && leftMs() > 0) noteDisconnection();
      });
      const left = leftMs();
      if (Number.isFinite(left)) socket.setTimeout(() => socket.close(), Math.max(1, left));
      setup(socket);
    });
  } catch (error) {
    endWait(false);
    throw error;
  }
  endWait((answer.status ?? 0) > 0);
  if (answer.status !== SWITCHING_PROTOCOLS) noteDisconnection();
  if (leftMs() <= 0) stopHere();
  return answer;
};

export default { ...ws, connect };
