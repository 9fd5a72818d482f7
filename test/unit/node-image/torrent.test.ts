import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bencode } from '../../../node-image/swarm/bencode.ts';
import { digestFile, makeTorrent, pieceBytesFor } from '../../../node-image/swarm/torrent.ts';
import { generateFile } from '../../../node-image/user/generated-file.ts';

const signal = new AbortController().signal;

describe('bencoding', () => {
  test('writes each kind as BEP 3 says, keys sorted by their bytes', () => {
    const text = bencode({ b: [1, 'é'], a: Buffer.from('x'), gone: undefined }).toString();
    expect(text).toBe('d1:a1:x1:bli1e2:éee');
  });
});

describe('a torrent', () => {
  test.each([
    [0, 64],
    [128 * 1024 ** 2, 64],
    [128 * 1024 ** 2 + 1, 128],
    [64 * 1024 ** 3, 16_384],
  ])('of %i bytes has pieces of %i KiB', (sizeBytes, kiB) => {
    expect(pieceBytesFor(sizeBytes)).toBe(kiB * 1024);
  });

  test('is the same wherever it is made, whatever tracker and web seeds it names', async () => {
    const digest = await digestFile('file.bin', 200_000, signal);
    const alone = makeTorrent(digest, undefined, []);
    const named = makeTorrent(digest, 'http://tracker:6969/announce', ['http://servers:8080/files/file.bin']);
    expect(named.infoHash).toBe(alone.infoHash);
    expect(named.metainfo.toString('latin1')).toContain('8:url-listl');
    expect(alone.metainfo.toString('latin1')).not.toContain('announce');
  });

  test('has the hash of each piece and of the whole content', async () => {
    const digest = await digestFile('file.bin', 200_000, signal);
    const content = Buffer.concat([...generateFile('file.bin', { start: 0, end: 200_000 })]);
    const sha1 = (start: number): Buffer =>
      createHash('sha1')
        .update(content.subarray(start, start + 65_536))
        .digest();
    expect(digest.pieces.equals(Buffer.concat([0, 65_536, 131_072, 196_608].map(sha1)))).toBe(true);
    expect(digest.sha256.equals(createHash('sha256').update(content).digest())).toBe(true);
  });
});
