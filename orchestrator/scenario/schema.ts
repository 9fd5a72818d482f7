// The scenario as people write it, in YAML or TypeScript. Everything is described here once: the checks, the JSON Schema that
// editors complete from and docs/reference/scenario.md come from this schema. resolve-scenario.ts turns it into a Scenario.
import { z } from 'zod';
import { accessSchema } from './access/access-schema.ts';
import { betweenSchema } from './groups/between-schema.ts';
import { capacitySchema } from './capacity/capacity-schema.ts';
import { composeSchema } from './compose-schema.ts';
import { groupSchema, overlaySchema } from './groups/group-schema.ts';
import { loadSchema } from './load/load-schema.ts';
import { objectiveSchema } from './objectives/objective-schema.ts';
import { phaseSchema, timelineEntrySchema } from './timeline/timeline-schema.ts';
import { recordsSchema } from './records-schema.ts';
import { parametersSchema, variantsSchema } from './parameters/parameter-schema.ts';
import { name } from './text/names.ts';
import { prose } from './text/prose.ts';

export const networkSchema = z
  .strictObject({
    internet: z
      .boolean()
      .prefault(true)
      .describe(
        'Whether nodes can reach the internet. `false`: a LAN without internet; broadcast and multicast work.',
      ),
    between: z
      .array(betweenSchema)
      .max(1000)
      .prefault([])
      .describe('A wide-area network: how far zones are from each other. Default: no distances.'),
  })
  .meta({ id: 'network', title: 'Network', description: 'What the network between the nodes is like.' });

/** Fields that stand alone; the sections are checked entry by entry (see check-written.ts). */
const headFields = {
  name: name().describe('Name of the scenario: lower-case letters, digits and hyphens, up to 40 characters.'),
  description: prose(2000)
    .prefault('')
    .describe('What the scenario shows, for people. Up to 2000 characters.'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .prefault(1)
    .describe('Seeds everything that is random, 0 to 4294967295: the same seed gives the same plan.'),
};

export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Address of the JSON Schema, for editors.'),
    ...headFields,
    parameters: parametersSchema
      .optional()
      .describe('Parameters by name, set for each run with `--set name=value`. Default: none.'),
    variants: variantsSchema
      .optional()
      .describe(
        'Parameter → value → part of a scenario that is merged in when the parameter has that value: mappings are merged, lists and single values replaced, empty values removed. Default: none.',
      ),
    network: networkSchema.prefault({}).describe('The network between the nodes. Default: with internet.'),
    compose: composeSchema
      .optional()
      .describe(
        'A compose file, or `{ files, profiles, services }`: its services become groups of these names with the role `service`, and what is written under `groups` overrides them. Default: none.',
      ),
    groups: z
      .record(name(), z.union([groupSchema, overlaySchema]))
      .prefault({})
      .describe('Groups of nodes by name. At least one, with those of `compose`.'),
    access: accessSchema.optional().describe('Users and their rights. Default: everybody may do everything.'),
    load: z.record(name(), loadSchema).prefault({}).describe('Loads by name. Default: none.'),
    phases: z
      .array(phaseSchema)
      .max(1000)
      .optional()
      .describe('Consecutive parts of the run. Default: one phase `run`, as long as the longest load.'),
    timeline: z
      .array(timelineEntrySchema)
      .max(1000)
      .prefault([])
      .describe('What changes when. Default: nothing.'),
    objectives: z.array(objectiveSchema).max(1000).prefault([]).describe('What must hold. Default: nothing.'),
    records: recordsSchema
      .optional()
      .describe(
        'Records that Topolab itself writes during the load and reads back after it, to know what was lost. Default: none.',
      ),
    capacity: capacitySchema.optional().describe('The question for `topolab capacity`. Default: none.'),
  })
  .meta({
    title: 'Topolab scenario',
    description: 'A network topology, the load on it, what changes, and what must hold.',
    // As in compose files: parts to use elsewhere by their anchors; nothing reads them there.
    patternProperties: { '^x-': {} },
  });

/** The same with unchecked sections. */
export const frameSchema = scenarioSchema.extend({
  groups: z.record(z.string(), z.unknown()),
  access: z.unknown().optional(),
  load: z.record(z.string(), z.unknown()).prefault({}),
  phases: z.array(z.unknown()).max(1000).optional(),
  timeline: z.array(z.unknown()).max(1000).prefault([]),
  objectives: z.array(z.unknown()).max(1000).prefault([]),
});

/** What people write: every default may be left out, quantities carry units. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
