// Every sabotage, under the part that it breaks.
import { changes } from './changes.ts';
import { generators } from './generators.ts';
import { observers } from './observers.ts';
import type { Sabotage } from './sabotage.ts';
import { scripts } from './scripts.ts';
import { users } from './users.ts';

export const sabotages: Readonly<Record<string, readonly Sabotage[]>> = {
  'The system under test': users,
  'Changes of the plan': changes,
  'The script': scripts,
  'Generators and host': generators,
  'Observers and the run itself': observers,
};

export const allSabotages: readonly Sabotage[] = Object.values(sabotages).flat();
