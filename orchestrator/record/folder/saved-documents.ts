// What the files of a saved run must hold to be read at all; those of sweeps and studies have theirs where they are read. A folder may be damaged, cut
// short or made by somebody else: it is refused in words, before anything relies on it. Fields that only a report shows are not looked at here.
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { ExitCode, messageOf, TopolabError } from '../../errors.ts';
import type { Verdict } from '../../judge/verdict.ts';
import type { Plan } from '../../plan/plan.ts';
import { roleNames } from '../../scenario/groups/role-of.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { SavedSamples } from '../samples.ts';

/**
 * @typeParam Value what a file holds that was saved whole. The schema says what readers rely on, and lets through all else, as it was saved: that it
 * is a `Value` is known of what it checks, and believed of the rest.
 */
export function documentOf<Value>(schema: z.ZodType): z.ZodType<Value> {
  return schema as z.ZodType<Value>;
}

const name = z.string().min(1).max(500);
const time = z.number();

const group = z.looseObject({
  name,
  role: z.enum(roleNames),
  image: z.string(),
  replicas: z.number().int().nonnegative(),
  cpus: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  env: z.record(z.string(), z.string()),
});

const stage = z.looseObject({ durationMs: time, target: z.number() });

const load = z.looseObject({
  name,
  target: name,
  script: z.string(),
  generators: z.number().int().positive(),
  model: z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('open'), stages: z.array(stage) }),
    z.looseObject({ kind: z.literal('closed'), stages: z.array(stage) }),
    z.looseObject({ kind: z.literal('each-node') }),
    z.looseObject({ kind: z.literal('script') }),
  ]),
});

const phase = z.looseObject({ name, startMs: time, endMs: time });
const objective = z.looseObject({
  name,
  measure: z.looseObject({ kind: z.string() }),
  comparison: z.enum(['below', 'atMost', 'atLeast', 'above']),
  bound: z.number(),
  phase: z.string().nullable(),
  load: z.string().nullable(),
});
const parameters = z.record(z.string(), z.union([z.string(), z.number()]));

export const scenarioDocument = documentOf<Scenario>(
  z.looseObject({
    name,
    description: z.string(),
    seed: z.number(),
    durationMs: time,
    groups: z.array(group),
    loads: z.array(load),
    phases: z.array(phase),
    timeline: z.array(
      z.looseObject({
        schedule: z.looseObject({ kind: z.string() }),
        change: z.looseObject({ kind: z.string() }),
      }),
    ),
    objectives: z.array(objective),
    parameters,
  }),
);

const action = z.looseObject({
  id: z.string(),
  offsetMs: time,
  change: z.looseObject({ kind: z.string() }),
  source: z.string(),
  summary: z.string(),
});

export const planDocument = documentOf<Plan>(
  z.looseObject({
    scenario: name,
    seed: z.number(),
    durationMs: time,
    initialNodes: z.array(z.looseObject({ group: name, nodes: z.array(z.string()) })),
    phases: z.array(phase),
    loads: z.array(
      z.looseObject({
        load: name,
        unit: z.enum(['per-second', 'virtual-users', 'unknown']),
        stages: z.array(stage),
      }),
    ),
    actions: z.array(action),
  }),
);

const figure = z.number().nullable();
const figures = z.looseObject({ offeredPerSecond: figure, servedPerSecond: figure, errorShare: figure });

export const verdictDocument = documentOf<Verdict>(
  z.looseObject({
    outcome: z.enum(['pass', 'fail', 'invalid', 'interrupted', 'broken']),
    exitCode: z.number().int(),
    reasons: z.array(z.string()),
    objectives: z.array(
      z.looseObject({ objective, status: z.enum(['held', 'missed', 'no-samples']), measured: figure }),
    ),
    phases: z.array(figures.extend({ phase: name })),
  }),
);

const series = z.looseObject({
  labels: z.record(z.string(), z.string()),
  legend: z.string(),
  points: z.array(z.tuple([z.number(), z.number()])),
});

export const samplesDocument = documentOf<SavedSamples>(
  z.looseObject({
    stepSeconds: z.number().positive(),
    panels: z.record(z.string(), z.array(series)),
  }),
);

/**
 * Text of a file → what it holds.
 * @param file named in the message: `runs/x/plan.json`, with its line where it holds one value a line.
 * @throws TopolabError `folder-damaged` (exit code 2).
 */
export function parseDocument<Value>(file: string, text: string, document: z.ZodType<Value>): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(file, 'it is cut off, or not JSON', cause);
  }
  const checked = document.safeParse(value);
  // As it was saved: the documents say only what is looked at.
  if (checked.success) return value as Value;
  const [issue] = checked.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw damaged(file, `${where}${issue?.message ?? 'not what it should be'}`);
}

/**
 * Reads what a command saved in a folder. Also for what a schema has let through and a reader stumbles over all the same; errors that say
 * what is wrong stay as they are.
 * @throws TopolabError `not-a-folder`, or `folder-damaged` (exit code 2).
 */
export async function readingSaved<Result>(folder: string, read: () => Promise<Result>): Promise<Result> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new TopolabError(
      `read ${folder}: ${found === undefined ? 'there is no such folder' : 'it is a file, not a folder'}`,
      {
        code: 'not-a-folder',
        hint: 'The last line of each run, study and suite names its folder, such as runs/<id>.',
        exitCode: ExitCode.usage,
      },
    );
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw damaged(folder, messageOf(cause), cause);
  }
}

/** What is thrown of a file that does not hold what it should. */
export function damaged(file: string, what: string, cause?: unknown): TopolabError {
  return new TopolabError(`read ${file}: it does not hold what was once written there: ${what}`, {
    code: 'folder-damaged',
    hint: 'It was damaged, changed, or made by another version of Topolab: take it from a copy, or run again.',
    exitCode: ExitCode.usage,
    cause,
  });
}
