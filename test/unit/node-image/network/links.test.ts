// What becomes of a question while its stream has no room to send it. Questions that are answered are shown with real peers.
import type { AbortOptions } from '@libp2p/interface';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Host } from '../../../../node-image/network/create-host.ts';
import { Links } from '../../../../node-image/network/links.ts';

/** A stream that never has room. */
class FullStream extends EventTarget {
  readonly status = 'open';
  readonly writeStatus = 'writable';
  readonly writableNeedsDrain = true;
  draining = 0;

  onDrain({ signal }: AbortOptions = {}): Promise<void> {
    this.draining += 1;
    const { promise, reject } = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => {
      this.draining -= 1;
      reject(signal.reason);
    });
    return promise;
  }
}

const unhandled = vi.fn<(reason: unknown) => void>();
let stream: FullStream;
let links: Links;

beforeEach(async () => {
  stream = new FullStream();
  const connection = { status: 'open', remotePeer: 'other', newStream: async () => stream };
  const libp2p = { handle: async () => {}, getConnections: () => [connection] };
  links = await Links.open({ libp2p } as unknown as Host, 'tested', {});
  unhandled.mockReset();
  process.on('unhandledRejection', unhandled);
});

afterEach(() => {
  process.off('unhandledRejection', unhandled);
});

test('a question whose time is up before there is room for it fails, and is not sent later', async () => {
  await expect(links.ask('other', [], 'files', null, 20)).rejects.toThrow("no answer to 'files' in time");
  expect(stream.draining).toBe(0);
  expect(unhandled).not.toHaveBeenCalled();
});

test('a question fails at once where the stream closes before there is room for it', async () => {
  const asked = links.ask('other', [], 'files', null, 60_000);
  await expect.poll(() => stream.draining).toBe(1);
  stream.dispatchEvent(new Event('close'));
  await expect(asked).rejects.toThrow('the connection was closed');
  expect(unhandled).not.toHaveBeenCalled();
});
