// What people write under `switch`: to which topology a running network goes.
import { z } from 'zod';
import { name } from '../text/names.ts';
import { duration } from '../text/quantities.ts';

export const switchSchema = z
  .strictObject({
    group: name().describe('The client group, which has to have `switches`.'),
    to: z
      .enum(['peer-to-peer', 'client-server'])
      .describe(
        '`peer-to-peer`: the clients become peers, and their servers leave with balancer and database; `client-server`: these join anew, and the peers become clients again.',
      ),
    hold: duration({ max: '24h', example: '5s' })
      .prefault('0s')
      .describe('How long the network stays a hybrid, with everything on both sides, up to 24h.'),
  })
  .meta({
    id: 'switch',
    title: 'Switch',
    description:
      'Change the topology of a running network: the new way is opened beside the old one, records and events are copied, users are served by the new one, and the old one goes.',
  });
