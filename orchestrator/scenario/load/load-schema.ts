// What people write under `load`: a k6 script, whom it hits, and how much of it, told apart by `model`.
import { z } from 'zod';
import { K6_IMAGE } from '../../image-names.ts';
import { environment, image } from '../text/container-values.ts';
import { name } from '../text/names.ts';
import { filePath } from '../text/paths.ts';
import { cpus, duration, memory, orUnlimited, rate } from '../text/quantities.ts';
import { imageTerms } from '../groups/image-terms.ts';
import { secrets } from '../groups/secret-schema.ts';

/** The most virtual users of one load, over all its generators. */
const MOST_VIRTUAL_USERS = 100_000;

const virtualUsers = () => z.int().min(0).max(MOST_VIRTUAL_USERS);
const stageDuration = () =>
  duration({ example: '15s' }).describe(
    'Duration of the linear ramp to the target, up to 168h; 0s is a jump.',
  );

const common = {
  script: filePath('a k6 script').describe('k6 script (.ts or .js), relative to the scenario file.'),
  target: name().describe('The server, balancer, service, client or peer group that receives the load.'),
  generators: z
    .int()
    .min(1)
    .max(32)
    .prefault(1)
    .describe('k6 containers that share the load by execution segments, 1 to 32.'),
  user: name()
    .optional()
    .describe(
      'The user of `access` in whose name the script asks the nodes of its target: each request gets the token that the user has at the start. Needed with `access`.',
    ),
  image: image().prefault(K6_IMAGE).describe('k6 image of the generators.'),
  ...imageTerms,
  cpus: orUnlimited(cpus())
    .prefault('unlimited')
    .describe('CPU limit of each generator in cores, 0.01 to 1024.'),
  memory: orUnlimited(memory())
    .prefault('unlimited')
    .describe("Memory limit of each generator, 6MiB or more; `unlimited` is half of the host's memory."),
  files: z
    .array(z.string().min(1))
    .max(1000)
    .prefault([])
    .describe(
      'Files that the script opens by computed names, relative to the scenario file; those in `open("…")` are found automatically.',
    ),
  grace: duration({ max: '1h', example: '5s' })
    .prefault('5s')
    .describe(
      'How long iterations may continue after the end of the load, up to 1h. A request without an answer by then counts as failed, with the time it had waited.',
    ),
  thresholds: z
    .boolean()
    .prefault(true)
    .describe(
      "Whether the thresholds in the script's own options are objectives of the run, judged on the samples of all generators.",
    ),
  env: environment().prefault({}).describe('Passed to the script in __ENV.'),
  secrets: secrets(),
};

const openSchema = z
  .strictObject({
    model: z
      .literal('open')
      .describe(
        'Iterations start at the given rate whether or not earlier ones have ended (k6 ramping-arrival-rate).',
      ),
    ...common,
    startRate: rate('10/s').prefault('0/s').describe('Iterations per second at the start, 0/s to 1000000/s.'),
    stages: z
      .array(
        z.strictObject({
          duration: stageDuration(),
          rate: rate().describe('Iterations per second at the end of the stage, 0/s to 1000000/s.'),
        }),
      )
      .min(1)
      .max(1000)
      .describe('Linear ramps, one after the other.'),
    maxVirtualUsers: z
      .int()
      .min(1)
      .max(MOST_VIRTUAL_USERS)
      .prefault(200)
      .describe(
        'The most virtual users over all generators, 1 to 100000. An iteration without a free virtual user is dropped and counted.',
      ),
  })
  .meta({
    id: 'open-load',
    title: 'Open load',
    description: 'A given rate of iterations, as from many independent users.',
  });

const closedSchema = z
  .strictObject({
    model: z
      .literal('closed')
      .describe('Each virtual user starts its next iteration when its last one has ended (k6 ramping-vus).'),
    ...common,
    startVirtualUsers: virtualUsers().prefault(1).describe('Virtual users at the start, 0 to 100000.'),
    stages: z
      .array(
        z.strictObject({
          duration: stageDuration(),
          virtualUsers: virtualUsers().describe('Virtual users at the end of the stage, 0 to 100000.'),
        }),
      )
      .min(1)
      .max(1000)
      .describe('Linear ramps, one after the other.'),
  })
  .meta({
    id: 'closed-load',
    title: 'Closed load',
    description: 'A given number of users who wait for each answer.',
  });

const eachNodeSchema = z
  .strictObject({
    model: z
      .literal('each-node')
      .describe(
        'One virtual user at each node that the target group has at the start (k6 per-vu-iterations).',
      ),
    ...common,
    iterations: z
      .int()
      .min(1)
      .max(1_000_000)
      .prefault(1)
      .describe('How often each virtual user runs the script, 1 to 1000000.'),
    maxDuration: duration({ min: '1s', example: '5m' })
      .prefault('10m')
      .describe('Iterations that have not ended by then are stopped, 1s to 168h.'),
  })
  .meta({
    id: 'each-node-load',
    title: 'Load at each node',
    description:
      'One user at each node of a group, such as everybody fetching a file. The script gets the names of the nodes as `__ENV.NODES` and their base URLs (`http://web-1:8080`) as `__ENV.NODE_URLS`, each separated by commas.',
  });

const scriptSchema = z
  .strictObject({
    model: z
      .literal('script')
      .describe(
        "The script's own `options` decide; Topolab then does not know how much load there should be.",
      ),
    ...common,
  })
  .meta({
    id: 'script-load',
    title: "The script's own load",
    description: 'For k6 scripts that bring their options.',
  });

export const loadSchema = z.discriminatedUnion('model', [
  openSchema,
  closedSchema,
  eachNodeSchema,
  scriptSchema,
]);

export type CheckedLoad = z.output<typeof loadSchema>;
