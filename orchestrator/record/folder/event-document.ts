// What an event of a saved run must hold to be read: whatever readers look up or go through. What is only shown is not looked at here, nor are events
// of kinds that a later version has added. Fields that earlier versions did not write are not asked for.
import { z } from 'zod';
import type { RunEvent } from '../event.ts';
import { documentOf } from './saved-documents.ts';
import type { SavedEvent } from './saved-events.ts';

const text = z.string();
const names = z.array(z.string());
const time = z.number();
const node = { node: text, group: text };
const fault = { fault: text, kind: text };
const action = z.union([z.string(), z.looseObject({ id: text, change: z.looseObject({ kind: text }) })]);

/** Fields of the events of one kind. */
type Fields = {
  readonly [Type in RunEvent['type']]?: {
    readonly [Field in keyof Extract<RunEvent, { readonly type: Type }>]?: z.ZodType;
  };
};

const FIELDS: Fields = {
  'run-started': {
    run: text,
    versions: z.record(text, text),
    host: z.looseObject({ cpus: z.number(), memoryBytes: z.number() }),
  },
  'node-launched': node,
  'node-ready': { ...node, tookMs: time },
  'node-exited': { ...node, exitCode: z.number().nullable(), expected: z.boolean() },
  'node-down': node,
  'node-up': node,
  'node-out-of-memory': node,
  'node-killed': node,
  'node-leaving': node,
  'node-left': node,
  'fault-began': { ...fault, nodes: names },
  'fault-ended': { ...fault, nodes: names },
  'fault-confirmed': { ...fault, node: text, moment: z.enum(['began', 'ended']) },
  'fault-unconfirmed': { ...fault, node: text, moment: z.enum(['began', 'ended']), besides: names },
  'backup-made': { group: text, tookMs: time },
  'store-restored': node,
  'records-checked': { acknowledged: z.number(), losses: z.array(z.looseObject({ fault: text })) },
  'enrolment-step': { ...node, who: text, what: text, at: text },
  'node-enrolled': { ...node, by: text, enrolledAtMs: time },
  'enrolment-probed': { ...node, refused: z.boolean() },
  'update-failed': { ...node, update: text, why: text },
  'update-rolling-back': { update: text },
  'update-ended': { update: text, outcome: z.enum(['paused', 'rolled-back']) },
  'switch-step': { switch: text, step: text, tookMs: time },
  'switch-served': { switch: text, node: text, servedAtMs: time },
  'switch-ended': { switch: text, outcome: z.enum(['switched', 'taken-back']) },
  'load-ended': { generators: z.array(z.looseObject({ node: text, exitCode: z.number() })) },
  'phase-started': { phase: text },
  'action-started': { action, startedMs: time },
  'action-finished': { action, startedMs: time, finishedMs: time, error: text.optional() },
  'network-seen': { nodes: names, edges: z.array(z.tuple([text, text])), silent: names },
  'helper-returned': { goneMs: time.nullable(), awayMs: time, undelayed: names },
  'host-gone': { host: text, goneMs: time.nullable(), nodes: names, needed: names },
  'access-changed': { change: text, told: names },
  'access-measured': {
    lost: z.array(z.looseObject({})),
    gained: z.array(z.looseObject({})),
    kept: z.array(z.looseObject({})),
  },
  'delays-measured': { delays: z.array(z.looseObject({ node: text, packets: z.number() })) },
  warning: { message: text },
  'run-ended': { outcome: z.enum(['completed', 'interrupted', 'broken']) },
};

const documents = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, z.looseObject(fields as z.ZodRawShape)]),
);

export const eventDocument = documentOf<SavedEvent>(
  z.looseObject({ type: text, atMs: time, offsetMs: time.nullable() }).superRefine((event, context) => {
    const checked = documents.get(event.type)?.safeParse(event);
    for (const { message, path } of checked?.error?.issues ?? [])
      context.addIssue({ code: 'custom', message, path: [...path] });
  }),
);
