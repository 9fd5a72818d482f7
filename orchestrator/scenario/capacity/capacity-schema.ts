// What people write under `capacity`: the question that `topolab capacity` answers.
import { z } from 'zod';
import { exactlyOne } from '../text/exactly-one.ts';
import { name } from '../text/names.ts';
import { cpus, duration, rate, share } from '../text/quantities.ts';

const MOST_SIZES = 50;
const money = () => z.number().min(0).max(1e9);

const nodePriceSchema = z
  .union([
    money().describe('Price of one node per hour.'),
    z.strictObject({
      cpuHour: money().describe('Price of one core per hour; the CPU limit of a node counts.'),
      gibHour: money().describe('Price of one GiB of memory per hour; the memory limit of a node counts.'),
    }),
  ])
  .meta({
    id: 'nodePrice',
    title: 'Price of a node',
    description: 'A price per hour, or prices of the resources that a node may use.',
  });

const pricesSchema = z
  .strictObject({
    currency: z.string().min(1).max(10).describe('ISO 4217 code, such as EUR.'),
    gibTransferred: money()
      .optional()
      .describe(
        'Price of one GiB that users receive, measured in the probes that held. Default: not priced.',
      ),
    groups: z
      .record(name(), nodePriceSchema)
      .prefault({})
      .describe('Group → price of its nodes. Groups without a price cost nothing.'),
  })
  .meta({ id: 'prices', title: 'Prices', description: 'What the answer costs.' });

const dimensions = exactlyOne('replicas', 'cpus');

const sizesSchema = z
  .strictObject({
    group: name().describe('The group that is sized.'),
    replicas: z
      .array(z.int().min(1).max(500))
      .min(1)
      .max(MOST_SIZES)
      .optional()
      .describe('Numbers of nodes to measure.'),
    cpus: z
      .array(cpus())
      .min(1)
      .max(MOST_SIZES)
      .optional()
      .describe('CPU limits of each node to measure, in cores.'),
  })
  .superRefine(dimensions.check)
  .meta({
    id: 'sizes',
    title: 'Sizes',
    description: 'What is measured at which sizes. Exactly one of `replicas` and `cpus`.',
    ...dimensions.meta,
  });

export const capacitySchema = z
  .strictObject({
    load: name().describe(
      'The load whose rate is varied; it must have the open model. Its stages are ignored, and it gets more virtual users if a rate needs them.',
    ),
    sizes: sizesSchema.describe('What is measured at which sizes.'),
    rate: z
      .strictObject({
        from: rate('5/s').describe('The lowest rate of interest, above 0.'),
        to: rate('500/s').describe('The highest rate of interest.'),
      })
      .describe('The range in which to search for the capacity.'),
    precision: share('5%')
      .prefault('5%')
      .describe('Half the width of the interval as a share of the capacity, 0.5% to 50%.'),
    trials: z
      .strictObject({
        min: z
          .int()
          .min(1)
          .max(100)
          .prefault(6)
          .describe('Fewest independent trials; six make a 95 % interval of a median.'),
        max: z.int().min(1).max(100).prefault(12).describe('Most independent trials at a size.'),
      })
      .prefault({})
      .describe('Independent repetitions at each size, each on nodes of its own.'),
    settle: duration({ example: '3s' }).prefault('3s').describe('Time under load before each measurement.'),
    measure: duration({ min: '2s', example: '10s' })
      .prefault('10s')
      .describe(
        'Length of each measurement, 2s or more. If it is too short to tell whether a rate is sustainable, it is repeated for four times as long.',
      ),
    target: rate('300/s')
      .optional()
      .describe('The rate to reach. Default: none, only capacities are measured.'),
    ratePerUser: rate('0.1/s')
      .optional()
      .describe('Operations of one user, for the cost per user. Default: no such cost.'),
    prices: pricesSchema.optional().describe('Prices, for the cost of the answer. Default: none.'),
  })
  .meta({
    id: 'capacity',
    title: 'Capacity question',
    description:
      'What `topolab capacity` searches: the highest sustainable rate at which every objective holds, at each size.',
  });

export type CheckedCapacity = z.output<typeof capacitySchema>;
