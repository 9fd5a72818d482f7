// What people write under `churn`: nodes of a group that come and go by themselves.
import { z } from 'zod';
import { MOST_REPLICAS } from '../text/run-bounds.ts';
import { exactlyOne } from '../text/exactly-one.ts';
import { filePath } from '../text/paths.ts';
import { duration, share } from '../text/quantities.ts';

const kinds = exactlyOne('fixed', 'exponential', 'weibull');

const time = (example: string) => duration({ min: '1ms', example });

export const distributionSchema = z
  .strictObject({
    fixed: time('30s').optional().describe('Always this long, 1ms to 168h.'),
    exponential: time('30s')
      .optional()
      .describe('Exponentially distributed with this mean, 1ms to 168h, as for independent events.'),
    weibull: z
      .strictObject({
        shape: z
          .number()
          .min(0.1)
          .max(10)
          .describe(
            '0.1 to 10. Below 1: many short and few very long times, as in file sharing; 1: exponential.',
          ),
        scale: time('30s').describe('63.2% of the times are shorter than this. 1ms to 168h.'),
      })
      .optional()
      .describe('Weibull distributed.'),
  })
  .superRefine(kinds.check)
  .meta({
    id: 'distribution',
    title: 'Distribution',
    description:
      'Times drawn anew each time, from the seed. Exactly one of `fixed`, `exponential` and `weibull`.',
    ...kinds.meta,
  });

const causes = ['arrivals', 'sessions', 'trace'] as const;

export const churnSchema = z
  .strictObject({
    arrivals: distributionSchema
      .optional()
      .describe('Time between arrivals of new nodes. Default: none arrive.'),
    sessions: distributionSchema
      .optional()
      .describe("Time from a node's join to its leave, including the initial nodes. Default: none leave."),
    trace: filePath('a CSV file')
      .optional()
      .describe(
        'CSV file with joins and leaves instead, relative to the scenario file: offset in seconds after `from`, `join` or `leave`, and optionally the number of the node; the initial nodes are 1, 2, …',
      ),
    minAlive: z
      .int()
      .min(0)
      .max(MOST_REPLICAS)
      .prefault(0)
      .describe('With this many nodes left, a node stays until another has joined. 0 to 10,000.'),
    maxAlive: z
      .int()
      .min(1)
      .max(MOST_REPLICAS)
      .prefault(MOST_REPLICAS)
      .describe('With this many nodes, new ones are turned away. 1 to 10,000.'),
    cleanShare: share('80%')
      .prefault('100%')
      .describe(
        "Share of leaves that are clean (the image's stop signal, then `stopGrace`); the others are sudden (SIGKILL).",
      ),
    from: duration({ example: '10s' }).prefault('0s').describe('Nothing before this time of the run.'),
    until: duration({ min: '1ms', example: '60s' })
      .optional()
      .describe('Nothing at or after this time. Default: the end of the run.'),
  })
  .superRefine((churn, context) => {
    if (causes.every((key) => churn[key] === undefined)) {
      const message = 'makes no node come or go; write `arrivals`, `sessions` or `trace`';
      context.addIssue({ code: 'custom', message });
    }
    if (churn.trace === undefined) return;
    for (const key of ['arrivals', 'sessions'] as const) {
      if (churn[key] === undefined) continue;
      const message = `can't stand beside \`trace\`; leave out one of them`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .superRefine(({ minAlive, maxAlive }, context) => {
    if (minAlive <= maxAlive) return;
    const message = `is less than minAlive ${minAlive}; write ${minAlive} or more`;
    context.addIssue({ code: 'custom', path: ['maxAlive'], message });
  })
  .meta({
    id: 'churn',
    title: 'Churn',
    description:
      'Nodes that come and go by themselves. `topolab plan` shows every join and leave beforehand.',
    anyOf: causes.map((key) => ({ required: [key] })),
  });

export type CheckedChurn = z.output<typeof churnSchema>;
export type CheckedDistribution = z.output<typeof distributionSchema>;
