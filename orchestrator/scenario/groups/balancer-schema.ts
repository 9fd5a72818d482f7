// How a balancer finds out that a server hangs or is gone, and what it does with the requests: HAProxy's own settings, by its words
// where it has one.
import { z } from 'zod';
import { portNumber } from '../text/container-values.ts';
import { urlPath } from '../text/paths.ts';
import { duration } from '../text/quantities.ts';

const wait = (example: string) => duration({ min: '1ms', max: '24h', example }).prefault(example);

const healthCheckSchema = z
  .strictObject({
    path: urlPath()
      .optional()
      .describe(
        "A server is healthy if it answers a GET of this path with a 2xx or 3xx status. Default: the path of the servers' `ready: { http }` (`/ready` for Topolab's own server). Servers with another readiness probe are checked by a TCP connection, which a process that hangs still accepts.",
      ),
    port: portNumber().optional().describe("Port to check. Default: that of the servers' readiness probe."),
    interval: duration({ min: '10ms', max: '1h', example: '1s' })
      .prefault('1s')
      .describe('Time from the end of one check to the next, 10ms to 1h.'),
    timeout: duration({ min: '10ms', max: '1h', example: '1s' })
      .prefault('1s')
      .describe('A check without an answer fails after this time, 10ms to 1h.'),
    fall: z
      .int()
      .min(1)
      .max(100)
      .prefault(2)
      .describe(
        'Number of consecutive failed checks after which a server is down, 1 to 100: at most fall × (interval + timeout) after it began to hang, 4 s by default.',
      ),
    rise: z
      .int()
      .min(1)
      .max(100)
      .prefault(2)
      .describe('Number of consecutive successful checks after which a server is up again, 1 to 100.'),
    onDown: z
      .enum(['keep', 'cut'])
      .prefault('keep')
      .describe(
        '`keep`: requests at a server that goes down wait for its answer as long as `timeouts.server` allows; `cut`: they fail at once (`on-marked-down shutdown-sessions`).',
      ),
  })
  .meta({
    id: 'healthCheck',
    title: 'Health check',
    description: 'Health checks with which a balancer detects servers that hang or are gone.',
  });

const timeoutsSchema = z
  .strictObject({
    connect: wait('2s').describe('Longest time to wait for a connection to a server, 1ms to 24h.'),
    server: wait('30s').describe(
      'Longest time to wait for an answer of a server, 1ms to 24h. Then the request is retried if `retryOn` says so, else answered with 504.',
    ),
    client: wait('60s').describe('Longest inactivity of a client, 1ms to 24h.'),
    queue: wait('5s').describe(
      'Longest time that a request waits for a server, such as when none is up, 1ms to 24h; then it is answered with 503.',
    ),
  })
  .prefault({})
  .meta({ id: 'balancerTimeouts', title: 'Timeouts', description: "A balancer's timeouts." });

const retryReasons = ['conn-failure', 'empty-response', 'response-timeout', 'junk-response'] as const;
const retryStatuses = [404, 408, 425, 429, 500, 501, 502, 503, 504] as const;

/** Fields of a balancer group that the default image alone understands. */
export const balancerFields = {
  healthCheck: z
    .union([z.literal(false), healthCheckSchema])
    .prefault({})
    .describe('Health checks that detect servers that hang or are gone; `false`: none.'),
  timeouts: timeoutsSchema.describe("Its timeouts; each is HAProxy's of the same name."),
  retries: z
    .int()
    .min(0)
    .max(100)
    .prefault(3)
    .describe('How often a request is retried, 0 to 100, in the cases in `retryOn`.'),
  retryOn: z
    .array(z.union([z.enum(retryReasons), z.literal(retryStatuses)]))
    .max(retryReasons.length + retryStatuses.length)
    .prefault(['conn-failure', 'empty-response', 'response-timeout'])
    .describe(
      'When to retry a request: `conn-failure`, `empty-response` (the connection was closed without an answer), `response-timeout` (`timeouts.server`), `junk-response`, or a status such as 503.',
    ),
  retryMethods: z
    .enum(['idempotent', 'all'])
    .prefault('idempotent')
    .describe(
      '`idempotent`: only GET, HEAD, OPTIONS, PUT, DELETE and TRACE are sent a second time; any other (POST) only if no connection was made, because a server may have processed it already. `all`: any request, so it may be processed twice.',
    ),
  redispatch: z
    .boolean()
    .prefault(true)
    .describe('`true`: each retry goes to another server; `false`: to the same one.'),
};
