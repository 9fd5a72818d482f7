// GET and HEAD of /files and /files/NAME, with single ranges, an entity tag and the content's digest (RFC 9110, RFC 9530).

import { pipeline } from 'node:stream/promises';
import { type ByteRange, parseRange } from '../http/byte-range.ts';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { HttpProblem, sendJson } from '../http/http-problem.ts';
import type { FetchReport, FileService, UserFile } from './user-service.ts';

export async function listFiles(files: FileService, answer: ServerResponse): Promise<void> {
  const list = (await files.list()).map((file) => ({
    name: file.name,
    bytes: file.bytes,
    etag: file.etag,
    sha256: file.sha256?.toString('hex') ?? null,
  }));
  sendJson(answer, 200, { files: list });
}

export async function sendFile(
  files: FileService,
  name: string,
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const file = await found(files, name);
  if (request.method === 'GET') await files.fetch?.(name);
  const headers = headersOf(file);
  if (matches(request.headers['if-none-match'], file.etag)) {
    answer.writeHead(304, headers);
    answer.end();
    return;
  }
  const range = rangeOf(request, file);
  if (range === 'unsatisfiable') {
    throw new HttpProblem(416, 'the file does not have that range', {
      'content-range': `bytes */${file.bytes}`,
    });
  }
  const part = range === 'whole' ? { start: 0, end: file.bytes } : range;
  headers['content-length'] = part.end - part.start;
  if (range !== 'whole') headers['content-range'] = `bytes ${part.start}-${part.end - 1}/${file.bytes}`;
  answer.writeHead(range === 'whole' ? 200 : 206, headers);
  if (request.method === 'HEAD') {
    answer.end();
    return;
  }
  await sendBody(file, part, answer);
}

/** Brings the file to this node without sending it: users who only want to have it spare both sides the bytes. */
export async function fetchFile(files: FileService, name: string, answer: ServerResponse): Promise<void> {
  const file = await found(files, name);
  const report: FetchReport = (await files.fetch?.(name)) ?? {
    name,
    sizeBytes: file.bytes,
    sha256: file.sha256?.toString('hex') ?? '',
    checked: file.sha256 !== undefined,
    tookMs: 0,
    bytesFromPeers: 0,
    bytesFromServer: 0,
  };
  sendJson(answer, 200, report);
}

export async function sendTorrent(files: FileService, name: string, answer: ServerResponse): Promise<void> {
  const torrent = await files.torrent?.(name);
  if (torrent === undefined) throw new HttpProblem(404, `there is no torrent of '${name}' here`);
  answer.writeHead(200, { 'content-type': 'application/x-bittorrent', 'content-length': torrent.length });
  answer.end(torrent);
}

async function found(files: FileService, name: string): Promise<UserFile> {
  const file = await files.find(name);
  if (file === undefined) throw new HttpProblem(404, `there is no file '${name}'`);
  return file;
}

/** Fails quietly where the receiver leaves: that is its right. */
async function sendBody(file: UserFile, part: ByteRange, answer: ServerResponse): Promise<void> {
  await pipeline(file.read(part), answer).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ERR_STREAM_PREMATURE_CLOSE' && thrown.code !== 'ECONNRESET') throw thrown;
  });
}

function headersOf(file: UserFile): OutgoingHttpHeaders {
  return {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: file.etag,
    ...(file.sha256 === undefined ? {} : { 'repr-digest': `sha-256=:${file.sha256.toString('base64')}:` }),
  };
}

/** Ranges belong to GET only, and If-Range makes them hold for the same content only. */
function rangeOf(request: IncomingMessage, file: UserFile): ReturnType<typeof parseRange> {
  const condition = request.headers['if-range'];
  if (request.method !== 'GET' || (condition !== undefined && condition !== file.etag)) return 'whole';
  return parseRange(request.headers.range, file.bytes);
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
