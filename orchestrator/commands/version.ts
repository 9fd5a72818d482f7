// Versions that a run records.
import { readFileSync } from 'node:fs';

/** Topolab's own version, from package.json. */
export function topolabVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
