// A socket before the daemon's, through which a test decides what reaches it.
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { findEndpoint } from '../../orchestrator/engine/docker/find-endpoint.ts';

export interface Relay extends Disposable {
  /** Nobody answers any more, as when the daemon has ended. */
  close(): void;
  /** The daemon is back. */
  open(): Promise<void>;
}

/** @param passes whether a chunk that a client sends goes on to the daemon. Default: all do. */
export async function openRelay(
  path: string,
  passes: (chunk: Buffer) => boolean = () => true,
): Promise<Relay> {
  const endpoint = findEndpoint(process.env);
  if (endpoint.kind !== 'socket') throw new Error('this test wants a local daemon');
  const sockets = new Set<Socket>();
  const join = (near: Socket): void => {
    const far = createConnection(endpoint.path);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    near.on('data', (chunk) => {
      if (passes(chunk)) far.write(chunk);
    });
    near.on('close', () => far.destroy());
    far.pipe(near);
  };
  let server: Server;
  const relay = {
    async open() {
      server = createServer(join);
      await new Promise<void>((resolve) => server.listen(path, resolve));
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
    [Symbol.dispose]: () => relay.close(),
  };
  await relay.open();
  return relay;
}
