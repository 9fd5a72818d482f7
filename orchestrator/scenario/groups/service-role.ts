// A service: what is neither server, balancer nor store of ours, such as a cache, a queue, a worker, a migration, or a whole system of somebody else's.
import { z } from 'zod';
import type { Entry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { image, portNumber } from '../text/container-values.ts';
import { commonFields, manyNodes } from './common-fields.ts';
import type { GroupCommon } from './group-common.ts';
import type { OtherGroups, Role } from './role.ts';

const schema = z
  .strictObject({
    role: z
      .literal('service')
      .describe('Any program that users or other groups rely on: a cache, a queue, a worker, a migration.'),
    ...commonFields({
      image: '',
      memory: 'Default: no limit of its own.',
      port: 0,
      ready: 'Default: `tcp` on `port`; without a port, `running: 1s`; 60s.',
      metrics: 'Default: none.',
      env: '',
    }),
    image: image().optional().describe('Image of the program; it needs this or `build`.'),
    port: portNumber()
      .optional()
      .describe(
        'TCP port on which a node serves whoever asks it, 1 to 65535: the one that loads are sent to. All its other ports can be reached as well. Default: none.',
      ),
    ...manyNodes,
  })
  .meta({
    id: 'service',
    title: 'Service group',
    description: 'Nodes that run any program: what is neither server, balancer nor store.',
  });

type CheckedService = z.output<typeof schema>;

export interface ServiceGroup extends GroupCommon {
  readonly role: 'service';
}

export const serviceRole: Role<typeof schema, ServiceGroup> = {
  name: 'service',
  schema,
  launched: 'backing',
  nodes: 'many',
  takesLoad: true,
  ownProgram: false,
  // It has none: `image` has to be written.
  defaultImage: () => '',
  defaultMemoryBytes: () => null,
  check,
  resolve: (_, common) => ({ ...common, role: 'service' }),
  container: () => ({ env: {} }),
};

function check(
  { path, value: { image: named, ready, port } }: Entry<CheckedService>,
  _: OtherGroups,
  report: Report,
): void {
  if (named === undefined) report(path, 'has neither `image` nor `build`; write one of them');
  if (ready?.http !== undefined && ready.port === undefined && port === undefined)
    report([...path, 'ready', 'http'], 'needs a port, and the group has none; write `port` in one of them');
}
