// What people write under `groups`: one schema for each role, told apart by `role`.
import { z } from 'zod';
import { roles } from './roles.ts';

type RoleSchema = (typeof roles)[keyof typeof roles]['schema'];

const schemas: readonly RoleSchema[] = Object.values(roles).map(({ schema }) => schema);

export const groupSchema = z.discriminatedUnion('role', schemas as [RoleSchema, ...RoleSchema[]]);

export type CheckedGroup = z.output<typeof groupSchema>;
