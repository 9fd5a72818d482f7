// What `topolab-node client` is told.
import { accessSettings } from './access-settings.ts';
import { httpAddress } from './addresses.ts';
import { everyNode, fileSharing, invitation } from './common-variables.ts';
import { environment } from './environment.ts';
import { flag } from './variables.ts';

export const clientEnvironment = environment({
  ...everyNode,
  access: accessSettings('ACCESS'),
  /** The servers, or the balancer before them. */
  asks: httpAddress('ASKS', 'the servers'),
  /** Whether it gets files from other clients too, the servers being web seeds. */
  helps: flag('HELPS'),
  invitation,
  ...fileSharing,
});
