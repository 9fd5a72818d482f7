// What verdicts said of each sabotage when it was carried out last: docs/validity.md shows it.
import { fileURLToPath } from 'node:url';
import type { Outcome } from './sabotages/sabotage.ts';

export const saidFile = fileURLToPath(new URL('said.json', import.meta.url));

/** By what was broken. One whose verdict was wrong is not in it. */
export type AllSaid = Record<string, { outcome: Outcome; sentence: string }>;
