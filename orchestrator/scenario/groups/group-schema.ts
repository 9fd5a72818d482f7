// What people write under `groups`: one schema for each role, told apart by `role`.
import { z } from 'zod';
import { serviceRole } from './service-role.ts';
import { roles } from './roles.ts';

type RoleSchema = (typeof roles)[keyof typeof roles]['schema'];

const schemas: readonly RoleSchema[] = Object.values(roles).map(({ schema }) => schema);

export const groupSchema = z.discriminatedUnion('role', schemas as [RoleSchema, ...RoleSchema[]]);

/** What is written over a group that comes from a compose file. */
export const overlaySchema = serviceRole.schema.omit({ role: true }).partial().meta({
  id: 'overlay',
  title: 'Group of a compose file',
  description:
    'What a scenario writes over a group that comes from a compose file; an empty value takes out what stands there.',
});

export type CheckedGroup = z.output<typeof groupSchema>;
