// PUT, GET and DELETE of /records/ID.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { writtenAtHeader } from '../contract/way.ts';
import { HttpProblem } from '../http/http-problem.ts';
import { type RecordService, UserLimit } from './user-service.ts';

const octets = 'application/octet-stream';

export async function putRecord(
  records: RecordService,
  id: string,
  value: Buffer,
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const contentType = request.headers['content-type'] ?? octets;
  if (contentType.length > UserLimit.nameCharacters)
    throw new HttpProblem(400, 'the content type is too long');
  await records.put(id, { value, contentType }, writtenAtOf(request));
  answer.writeHead(204);
  answer.end();
}

export async function getRecord(records: RecordService, id: string, answer: ServerResponse): Promise<void> {
  const record = await records.get(id);
  if (record === undefined) throw missing(id);
  answer.writeHead(200, {
    'content-type': record.contentType,
    'content-length': record.value.length,
    'x-content-type-options': 'nosniff',
  });
  answer.end(record.value);
}

export async function deleteRecord(
  records: RecordService,
  id: string,
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  if (!(await records.delete(id, writtenAtOf(request)))) throw missing(id);
  answer.writeHead(204);
  answer.end();
}

/** Undefined where it is taken in here. */
function writtenAtOf({ headers }: IncomingMessage): number | undefined {
  const text = headers[writtenAtHeader];
  if (text === undefined) return undefined;
  const writtenAtMs = Number(text);
  if (text !== '' && Number.isFinite(writtenAtMs) && writtenAtMs > 0) return writtenAtMs;
  throw new HttpProblem(400, `${writtenAtHeader} is not a time in milliseconds since 1970`);
}

function missing(id: string): HttpProblem {
  return new HttpProblem(404, `there is no record '${id}'`);
}
