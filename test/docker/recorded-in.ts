import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../orchestrator/record/event.ts';

/** What the one run in a folder of runs has recorded so far; nothing where none has begun. */
export function recordedIn(runs: string): readonly RunEvent[] {
  const log = join(runs, readdirSync(runs)[0] ?? '', 'events.ndjson');
  if (!existsSync(log)) return [];
  // After the last line break there may be a part of a line.
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as RunEvent);
}
