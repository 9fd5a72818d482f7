// What `topolab-node door` is told.
import { port } from './common-variables.ts';
import { environment } from './environment.ts';
import { names, requiredText } from './variables.ts';

export const doorEnvironment = environment({
  port: port('PORT', 9090),
  /** Names that a request may call it by, beside those of loopback. */
  names: names('DOOR_NAMES'),
  /** `host:port` behind it. */
  to: requiredText('DOOR_TO', 'HOST:PORT'),
});
