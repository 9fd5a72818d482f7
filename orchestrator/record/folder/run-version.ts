// Which form a run's folder has: run.json says so, so that one that this Topolab can't read is refused in words.
import { z } from 'zod';
import { refuseNewer } from './refuse-newer.ts';
import { parseDocument } from './saved-documents.ts';

/**
 * Raised with every change after which earlier readers would misread a folder. 1: folders without run.json, in which faults may have no
 * ids. 2: run.json stands, faults have ids. 3: a balancer's groups are a list. 4: events name actions by their ids.
 */
export const RUN_VERSION = 4;

/** The content of run.json. */
export interface RunVersion {
  readonly schemaVersion: number;
  readonly run: string;
}

const document = z.looseObject({ schemaVersion: z.number().int().positive(), run: z.string() });

/**
 * The version of a folder.
 * @param text of run.json; undefined where there is none.
 * @throws TopolabError `folder-newer` (exit code 2) where a later Topolab wrote it, `folder-damaged` where it can't be read.
 */
export function versionOf(file: string, text: string | undefined): number {
  if (text === undefined) return 1;
  const { schemaVersion } = parseDocument(file, text, document);
  refuseNewer(file, schemaVersion, RUN_VERSION);
  return schemaVersion;
}
