// The files a node has from its settings: listed, found by name, and hashed once in the background.
import { createHash } from 'node:crypto';
import { log } from '../process/log.ts';
import { generateFile, hashFile } from './generated-file.ts';
import type { FileService, UserFile } from './user-service.ts';

export class GeneratedFiles implements FileService {
  readonly #files = new Map<string, UserFile & { sha256: Buffer | undefined }>();

  /** @param sizes name → length in bytes */
  constructor(sizes: Readonly<Record<string, number>>) {
    for (const [name, bytes] of Object.entries(sizes)) {
      this.#files.set(name, {
        name,
        bytes,
        sha256: undefined,
        etag: etagOf(name, bytes),
        read: (range) => generateFile(name, range),
      });
    }
  }

  /** Hashes every file, the smallest first; ends early when aborted. */
  async hashAll(signal: AbortSignal): Promise<void> {
    const smallestFirst = [...this.#files.values()].sort((a, b) => a.bytes - b.bytes);
    try {
      for (const file of smallestFirst) file.sha256 = await hashFile(file.name, file.bytes, signal);
    } catch (thrown) {
      if (!signal.aborted) log('error', 'hashing the files failed', { error: String(thrown) });
    }
  }

  async list(): Promise<readonly UserFile[]> {
    return [...this.#files.values()];
  }

  async find(name: string): Promise<UserFile | undefined> {
    return this.#files.get(name);
  }
}

/** The content follows from name and length, so they make a strong tag that is known before the content's hash. */
export function etagOf(name: string, bytes: number): string {
  return `"${createHash('sha256').update(`${bytes} ${name}`).digest('hex').slice(0, 32)}"`;
}
