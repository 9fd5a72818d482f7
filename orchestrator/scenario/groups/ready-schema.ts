// What people write under `ready`: when a node counts as ready.
import { z } from 'zod';
import { argument, portNumber } from '../text/container-values.ts';
import { exactlyOne } from '../text/exactly-one.ts';
import { urlPath } from '../text/paths.ts';
import { duration } from '../text/quantities.ts';

const probes = exactlyOne('http', 'tcp', 'log', 'health', 'running', 'completed');

const healthSchema = z
  .strictObject({
    command: z
      .array(argument())
      .min(1)
      .max(1000)
      .describe('Program and arguments; all is well where it ends with 0.'),
    interval: duration({ min: '100ms', max: '1h', example: '1s' })
      .prefault('1s')
      .describe('From one check to the next, 100ms to 1h.'),
    timeout: duration({ min: '100ms', max: '1h', example: '5s' })
      .prefault('5s')
      .describe('A check that takes longer has failed, 100ms to 1h.'),
    retries: z
      .int()
      .min(1)
      .max(1000)
      .prefault(3)
      .describe('Failed checks in a row after which a node is unhealthy, 1 to 1000.'),
    startPeriod: duration({ max: '1h', example: '10s' })
      .prefault('0s')
      .describe('So long after the start failed checks do not count, up to 1h.'),
  })
  .meta({
    id: 'health',
    title: 'Health check',
    description: "A command that the engine runs in a node, in place of the image's HEALTHCHECK.",
  });

export const readySchema = z
  .strictObject({
    http: urlPath().optional().describe('Ready when this path answers with a 2xx status. Unit: URL path.'),
    port: portNumber().optional().describe("The port for `http`. Default: the group's `port`."),
    tcp: portNumber().optional().describe('Ready when this port accepts connections.'),
    log: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Ready when a line of the log matches this JavaScript regular expression.'),
    health: z
      .union([z.literal(true), healthSchema])
      .optional()
      .describe(
        "Ready when the image's own HEALTHCHECK says healthy; or another one: `{ command: [pg_isready] }`.",
      ),
    running: duration({ max: '1h', example: '1s' })
      .optional()
      .describe(
        'Ready when its program has run for so long and not ended, up to 1h: for workers, which answer nobody.',
      ),
    completed: z
      .literal(true)
      .optional()
      .describe(
        'Ready when its program has ended by itself with exit code 0: for migrations and seeds, which are over before the load begins.',
      ),
    timeout: duration({ min: '1s', max: '1h' })
      .prefault('60s')
      .describe('How long a node may take from its start, 1s to 1h; then the run ends with an error.'),
  })
  .superRefine(probes.check)
  .superRefine((ready, context) => {
    if (ready.port !== undefined && ready.http === undefined) {
      const message = 'belongs to `http`; write tcp: PORT to wait for a port';
      context.addIssue({ code: 'custom', path: ['port'], message });
    }
  })
  .meta({
    id: 'ready',
    title: 'Readiness',
    description: `When a node counts as ready. Exactly one probe: ${probes.alternatives}.`,
    ...probes.meta,
  });

export type CheckedReady = z.output<typeof readySchema>;
