// Reads a request's body into memory, up to a bound.
import { HttpProblem, type HttpRequest } from './http-problem.ts';

/**
 * The whole body. Fails with 413 where it is longer than maxBytes (the connection is closed after the answer,
 * for the rest is not read), with 400 where the sender broke off.
 */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  const tooLarge = new HttpProblem(413, `the body is longer than ${maxBytes} bytes`, {
    connection: request.httpVersionMajor === 1 ? 'close' : undefined,
  });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.removeAllListeners('data');
        request.pause();
        reject(tooLarge);
        return;
      }
      chunks.push(chunk);
    });
    request.once('end', () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes));
    });
    const broken = (): void => reject(new HttpProblem(400, 'the body ended early'));
    request.once('error', broken);
    request.once('aborted', broken);
    request.once('close', broken);
  });
}

/** The body as JSON; 400 where it isn't. */
export async function readJson(request: HttpRequest, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes);
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new HttpProblem(400, 'the body is not JSON');
  }
}
