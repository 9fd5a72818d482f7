// What a role is: all that Topolab knows of the groups of one role stands in a file of its own (`server-role.ts`), in this form. roles.ts
// lists them.
import type { z } from 'zod';
import type { AccessSettings } from '../../../node-image/contract/access-settings.ts';
import type { Entry, NamedEntry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import type { CheckedCommon } from './common-fields.ts';
import type { GroupCommon } from './group-common.ts';

/** Groups are launched in this order of what they are for: whoever is asked comes before those who ask. */
export const launchSteps = [
  'storage',
  'backing',
  'directory',
  'serving',
  'entrance',
  'network',
  'users',
] as const;

/** The groups of a scenario as written, whatever their roles. */
export interface OtherGroups {
  readonly groups: readonly NamedEntry<CheckedCommon>[];
  /** Names that may be referred to, those of wrong entries included. */
  readonly known: { readonly groups: readonly string[] };
}

/** What nodes of a group exchange with each other. */
export type Exchanged = 'files' | 'messages';

/** Of groups that are written as `Schema` says, and are `Resolved` once their defaults are filled in. */
export interface Role<Schema extends z.ZodType<CheckedCommon>, Resolved extends GroupCommon> {
  /** What people write under `role`. */
  readonly name: z.output<Schema>['role'];
  readonly schema: Schema;
  readonly launched: (typeof launchSteps)[number];
  /** Groups of `one` have a single node, which nothing scales or replaces. */
  readonly nodes: 'one' | 'many';
  /** Whether a load may be aimed at it. */
  readonly takesLoad: boolean;
  /** What people call its only node: `database`. Left out: nodes go by their own names. */
  readonly word?: string;
  /** Whether its default image is Topolab's own program: it answers `/ready`, has `/metrics`, reads no files and needs no rights. */
  readonly ownProgram: boolean;
  /** Where all of its images have their metrics, and answer once they are ready. Left out: that depends on the image. */
  readonly exporter?: { readonly port: number; readonly path: string };
  /** Variables of the default image that the group itself need not set. */
  readonly defaultEnv?: Readonly<Record<string, string>>;
  /** Its nodes keep what is nowhere else, and goes with their container: none can take the place of another. Left out: they don't. */
  readonly keepsData?: true;
  /** Linux capabilities that the default image needs. */
  readonly capabilities?: readonly string[];
  /** The image of a group that names none. */
  defaultImage(group: z.output<Schema>): string;
  /** Memory limit of each node with the default image, bytes; null = none. */
  defaultMemoryBytes(group: z.output<Schema>): number | null;
  /** Holds a group against the others: do those exist that it refers to. */
  check(entry: Entry<z.output<Schema>>, others: OtherGroups, report: Report): void;
  resolve(group: z.output<Schema>, common: GroupCommon, others: OtherGroups): Resolved;
  /** TCP ports on which its default image listens, all of them. Left out, or undefined: nobody knows. */
  listensOn?(group: Resolved): readonly number[] | undefined;
  /** Left out: its nodes exchange nothing with each other. */
  exchanges?(group: Resolved): readonly Exchanged[];
  container(group: Resolved, node: string, context: ContainerContext): RoleContainer;
}

/** With which a new node is let in, once. */
export interface Invitation {
  readonly token: string;
  /** Where the inviter is asked: `http://peers-1:8080`. */
  readonly by: string;
}

/** What a container's contents depend on beside its own group. */
export interface ContainerContext {
  readonly groups: readonly (GroupCommon & { readonly role: string })[];
  /** Connections that each node which shares files may have at once. */
  readonly swarmNeighbours: number;
  /** Of databases that are given none, and of whoever asks them. */
  readonly databasePassword: string;
  /** How nodes of a group check what users may do; undefined = not at all. */
  readonly accessOf: (group: string) => AccessSettings | undefined;
  /** Who has it may invite nodes at this one; undefined where nobody is invited. */
  readonly enrolmentKey: string | undefined;
  /** With which the node is to enrol itself; undefined where it needs none. */
  readonly invitation: Invitation | undefined;
  /** Secrets that the nodes of a group get as variables. */
  readonly secretsOf: (group: string) => Readonly<Record<string, string>>;
}

/** What a role gives each container; `env` and `command` of the group itself come before it. */
export interface RoleContainer {
  readonly env: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

/** True where the user brings an image of their own. */
export function hasForeignImage<Checked extends CheckedCommon>(
  group: Checked,
  role: { defaultImage(group: Checked): string },
): boolean {
  return group.image !== undefined && group.image !== role.defaultImage(group);
}

/** Half of the grace, in milliseconds, so that a node always ends by itself before it would be killed. */
export function drainMsOf({ stopGraceMs }: GroupCommon): number {
  return Math.floor(stopGraceMs / 2);
}
