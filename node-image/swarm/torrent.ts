// Torrents of the run's files. A file's content follows from its name, so every node makes the same torrent by itself: nothing but
// pieces need to be exchanged, and everyone knows the info hash and the SHA-256 beforehand.
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { generateFile } from '../user/generated-file.ts';
import { bencode } from './bencode.ts';

export interface FileDigest {
  readonly name: string;
  readonly sizeBytes: number;
  readonly pieceBytes: number;
  /** SHA-1 of each piece, one after the other, 20 bytes each. */
  readonly pieces: Buffer;
  /** Of the whole content. */
  readonly sha256: Buffer;
}

export interface Torrent {
  /** SHA-1 of the info dictionary, hexadecimal: the swarm's name. */
  readonly infoHash: string;
  /** Content of the .torrent file. */
  readonly metainfo: Buffer;
}

const kiB = 1024;
const smallestPieceBytes = 64 * kiB;
const largestPieceBytes = 16 * 1024 * kiB;
/** Above it the torrent and the messages about who has what would grow; below it peers wait long for their first piece to share. */
const mostPieces = 2048;

/** A power of two: 64 KiB as long as that makes 2048 pieces at most (128 MiB), 16 MiB at most. */
export function pieceBytesFor(sizeBytes: number): number {
  let pieceBytes = smallestPieceBytes;
  while (sizeBytes / pieceBytes > mostPieces && pieceBytes < largestPieceBytes) pieceBytes *= 2;
  return pieceBytes;
}

/**
 * Generates the content once and hashes it both ways, in slices between which other work gets its turn.
 * @param onChunk gets the content on its way, and is waited for: a seeder writes its file with it
 */
export async function digestFile(
  name: string,
  sizeBytes: number,
  signal: AbortSignal,
  onChunk?: (chunk: Buffer) => Promise<unknown>,
): Promise<FileDigest> {
  const pieceBytes = pieceBytesFor(sizeBytes);
  const whole = createHash('sha256');
  const pieces: Buffer[] = [];
  let piece = createHash('sha1');
  let at = 0;
  for (const chunk of generateFile(name, { start: 0, end: sizeBytes })) {
    whole.update(chunk);
    piece.update(chunk);
    at += chunk.length;
    // Chunks have 64 KiB, which every length of pieces is a multiple of.
    if (at % pieceBytes === 0 || at === sizeBytes) {
      pieces.push(piece.digest());
      piece = createHash('sha1');
    }
    await onChunk?.(chunk);
    if (at % (8 * smallestPieceBytes) === 0) await nextTurn(undefined, { signal });
  }
  return { name, sizeBytes, pieceBytes, pieces: Buffer.concat(pieces), sha256: whole.digest() };
}

/**
 * @param announce the tracker's address; undefined where peers find each other by multicast
 * @param webSeeds addresses of the whole file on HTTP servers (BEP 19)
 */
export function makeTorrent(
  file: FileDigest,
  announce: string | undefined,
  webSeeds: readonly string[],
): Torrent {
  const info = {
    length: file.sizeBytes,
    name: file.name,
    'piece length': file.pieceBytes,
    pieces: file.pieces,
  };
  return {
    infoHash: createHash('sha1').update(bencode(info)).digest('hex'),
    metainfo: bencode({
      announce,
      info,
      'url-list': webSeeds.length === 0 ? undefined : webSeeds,
    }),
  };
}

/** Where a BitTorrent tracker of this host answers. */
export function announceUrl(trackerHost: string): string {
  return `http://${trackerHost}:6969/announce`;
}
