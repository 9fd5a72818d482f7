// What `topolab-node peer` is told.
import { accessSettings } from './access-settings.ts';
import { everyNode, fileSharing, networking, services } from './common-variables.ts';
import { environment } from './environment.ts';

export const peerEnvironment = environment({
  ...everyNode,
  access: accessSettings('ACCESS'),
  services,
  ...fileSharing,
  ...networking,
});
