// What `topolab-node tracker` is told.
import { everyNode, networking, services } from './common-variables.ts';
import { environment } from './environment.ts';
import { fileSizes } from './file-sizes.ts';

export const trackerEnvironment = environment({
  ...everyNode,
  services,
  /** The files that it knows the sharers of. */
  files: fileSizes('FILES', 'made-up'),
  ...networking,
});
