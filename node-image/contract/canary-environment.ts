// What `topolab-node canary` is told.
import { canaryPort } from './canary-protocol.ts';
import { port } from './common-variables.ts';
import { environment } from './environment.ts';
import { textOr } from './variables.ts';

export const canaryEnvironment = environment({
  port: port('CANARY_PORT', canaryPort),
  /** Where it is told: on a network that nodes can't reach. */
  host: textOr('CANARY_HOST', () => '0.0.0.0'),
});
