// What `topolab-node server` is told.
import { accessSettings } from './access-settings.ts';
import { postgresAddress } from './addresses.ts';
import { enrolmentKey, everyNode } from './common-variables.ts';
import { environment, type ReadFrom } from './environment.ts';
import { fileSizes } from './file-sizes.ts';
import { flag, number, wholeNumber } from './variables.ts';

/** Most CPU time that each request may cost, milliseconds. */
export const mostRequestCostMs = 60_000;

export const serverEnvironment = environment({
  ...everyNode,
  access: accessSettings('ACCESS'),
  /** CPU milliseconds that each user request costs. */
  requestCostMs: number('REQUEST_COST_MS', { default: 0, min: 0, max: mostRequestCostMs }),
  /** PostgreSQL, or undefined for the server's own memory. */
  databaseUrl: postgresAddress('DATABASE_URL'),
  /** Most connections of the pool; one more listens for events. */
  databasePool: wholeNumber('DATABASE_POOL', { default: 4, min: 1, max: 100 }),
  files: fileSizes('FILES', 'made-up'),
  /** Of administrators. With it, only the requests of enrolled nodes are served. */
  enrolmentKey,
  /** Whether it hands over what it keeps to nodes that become peers, and takes it back from them. Needs a database. */
  switches: flag('SWITCHES'),
  /**
   * An idle connection is kept this long: longer than any balancer keeps one, so that it is never the server that closes one as it is used
   * again.
   */
  keepAliveMs: number('KEEP_ALIVE_MS', { default: 120_000, min: 1000, max: 3_600_000 }),
  maxConnections: wholeNumber('MAX_CONNECTIONS', { default: 4096, min: 1, max: 100_000 }),
});

export type ServerSettings = ReadFrom<typeof serverEnvironment>;
