// What people write of a group's containers beside their program: what lies in them, as whom they run, and their limits of the kernel.
// Names and meanings are those of Docker and Compose.
import { z } from 'zod';
import { argument } from '../text/container-values.ts';
import { name } from '../text/names.ts';
import { containerFolder, containerPath, filePath } from '../text/paths.ts';
import { size } from '../text/quantities.ts';
import { shown } from '../text/shown.ts';

/** Of one group, and of each kind. */
const MOST_ENTRIES = 200;
const MOST_ULIMIT = 2 ** 40;

const source = z.union([
  z
    .strictObject({
      from: filePath('a file or folder')
        .optional()
        .describe('The file or folder, relative to the scenario file and in its folder or below.'),
      text: z
        .string()
        .max(100_000)
        .optional()
        .describe('What the file holds, in place of `from`. Up to 100,000 characters.'),
      mode: z
        .string({
          error: ({ input }) => `${shown(input)} is no text; write the mode in quotes, for example "0644"`,
        })
        .regex(/^0?[0-7]{3,4}$/, { error: 'is not a mode; write for example "0644"' })
        .optional()
        .describe(
          'Permission bits of its files in octal, in quotes. Default: "0755" for files that can be run here, "0644" for all others.',
        ),
      owner: z
        .string()
        .regex(/^\d{1,9}:\d{1,9}$/, {
          error: 'is not a user and a group by number; write for example "999:999"',
        })
        .optional()
        .describe('User and group that own it, by number: "999:999". Default: root.'),
      alone: z
        .boolean()
        .optional()
        .describe(
          'Whether a folder takes the place of what the image has there, as one that is mounted does. Default: its files are laid over those of the image.',
        ),
      keep: z
        .array(
          z.string().regex(/^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\0]*[^/\0]$/, {
            error: ({ input }) =>
              `${shown(input)} is no path below the folder; write for example node_modules`,
          }),
        )
        .max(MOST_ENTRIES)
        .optional()
        .describe(
          'Paths below such a folder that stay as the image has them: `[node_modules]`. With `alone`. Default: none.',
        ),
    })
    .superRefine(({ from, text, alone, keep }, context) => {
      const report = (field: string, message: string) =>
        context.addIssue({ code: 'custom', path: [field], message });
      if (alone === true && from === undefined)
        report('alone', 'is about a folder; write `from`, or leave it out');
      if (keep !== undefined && alone !== true)
        report('keep', 'is about what `alone` takes away; write alone: true, or leave it out');
      if ((from === undefined) === (text === undefined))
        context.addIssue({
          code: 'custom',
          message: `has ${from === undefined ? 'neither `from` nor' : 'both `from` and'} \`text\`; write one of them`,
        });
    })
    .meta({ id: 'copied', title: 'Copied file', description: 'What is copied into a node.' }),
  filePath('a file or folder').transform((from) => ({ from })),
]);

const mounted = z.union([
  z
    .strictObject({
      volume: name().describe('Name of the volume. All groups that name it share it.'),
      readOnly: z.boolean().prefault(false).describe('Whether its nodes can only read it.'),
    })
    .meta({ id: 'mountedVolume', title: 'Volume', description: 'A volume that nodes share.' }),
  name().transform((volume) => ({ volume, readOnly: false })),
]);

/** -1 = none. */
const bound = () => z.int().min(-1).max(MOST_ULIMIT);

const limit = z
  .union(
    [
      bound(),
      z
        .strictObject({
          soft: bound().describe('In force at first; -1 for none.'),
          hard: bound().describe('To which a program may raise it; -1 for none.'),
        })
        .refine(({ soft, hard }) => hard === -1 || (soft !== -1 && soft <= hard), {
          error: 'has a `soft` above its `hard`',
        }),
    ],
    { error: ({ input }) => `${shown(input)} is no limit; write for example 65536` },
  )
  .transform((written) => (typeof written === 'number' ? { soft: written, hard: written } : written))
  .meta({ id: 'ulimit', title: 'Limit of a process', description: 'A limit, soft and hard alike, or both.' });

/** Those that Linux knows, as Docker calls them. */
const ulimits = {
  as: limit.optional().describe('Address space, KiB.'),
  core: limit.optional().describe('Core dumps, bytes.'),
  cpu: limit.optional().describe('CPU time, seconds.'),
  data: limit.optional().describe('Data segment, bytes.'),
  fsize: limit.optional().describe('A file that it writes, bytes.'),
  locks: limit.optional().describe('File locks.'),
  memlock: limit.optional().describe('Memory that is never swapped out, bytes.'),
  msgqueue: limit.optional().describe('POSIX message queues, bytes.'),
  nice: limit.optional().describe('How far it may raise its priority.'),
  nofile: limit.optional().describe('Open files and connections.'),
  nproc: limit.optional().describe('Processes and threads of its user.'),
  rss: limit.optional().describe('Resident memory, bytes; Linux ignores it.'),
  rtprio: limit.optional().describe('Real-time priority.'),
  rttime: limit.optional().describe('CPU time without a pause under a real-time schedule, microseconds.'),
  sigpending: limit.optional().describe('Pending signals of its user.'),
  stack: limit.optional().describe('Stack, bytes.'),
};

const bounded = <Value extends z.ZodType>(values: z.ZodRecord<z.ZodString, Value>) =>
  values
    .refine((written) => Object.keys(written).length <= MOST_ENTRIES, {
      error: `has more than ${MOST_ENTRIES} entries; write fewer`,
    })
    .prefault({});

export const containerFields = {
  entrypoint: z
    .array(argument())
    .max(1000)
    .optional()
    .describe(
      "Program and first arguments, in place of the image's ENTRYPOINT and its command; [] for none.",
    ),
  user: z
    .string()
    .regex(/^[\w.-]+(?::[\w.-]+)?$/, {
      error: ({ input }) => `${shown(input)} is not a user; write for example "1000:1000" or postgres`,
    })
    .max(100)
    .optional()
    .describe(
      'User that runs its program: a name in the image or a number, with a group after a colon if needed. Default: as the image says.',
    ),
  workdir: containerPath()
    .optional()
    .describe('The folder in which its program is started. Default: as the image says.'),
  copy: bounded(z.record(containerPath(), source)).describe(
    'Files and folders that are copied into each node before it starts: path in the node → path beside the scenario file, or `{ from, mode, owner }`, or `{ text: … }`. At most 64MiB for a group. Larger things belong in its image.',
  ),
  volumes: bounded(z.record(containerPath(), mounted)).describe(
    'Volumes: path in the node → name of a volume, or `{ volume, readOnly }`. A volume is made for the run, shared by all nodes that name it, and removed at the end. It begins with what the image has there.',
  ),
  tmpfs: bounded(z.record(containerFolder(), size('64MiB'))).describe(
    'File systems in memory: path in the node → size. Empty at the start; what is on them counts as the memory of the node.',
  ),
  shm: size('64MiB').optional().describe('Size of /dev/shm. Default: 64MiB.'),
  ulimits: z
    .strictObject(ulimits)
    .meta({ id: 'ulimits', title: 'Limits of processes', description: 'Limits of each process by name.' })
    .prefault({})
    .describe(
      'Limits of each process: name → limit, or `{ soft, hard }`: `nofile: 65536`. Default: those of the engine.',
    ),
  stopSignal: z
    .string()
    .regex(/^SIG[A-Z][A-Z0-9+-]{1,12}$/, {
      error: ({ input }) => `${shown(input)} is not a signal; write for example SIGQUIT`,
    })
    .optional()
    .describe('The signal by which a node is told to end. Default: as the image says, or SIGTERM.'),
  aliases: z
    .array(
      z.string().regex(/^(?=.{1,63}$)[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?$/, {
        error: ({ input }) => `${shown(input)} is not a host name; write for example db.internal`,
      }),
    )
    .max(50)
    .prefault([])
    .describe(
      'More host names by which its nodes are reached, beside the name of the group and of each node.',
    ),
};

export type CheckedContainer = z.output<z.ZodObject<typeof containerFields>>;
