// What `topolab-node switching` is told.
import { httpAddress } from './addresses.ts';
import { everyNode, networking } from './common-variables.ts';
import { environment } from './environment.ts';

export const switchingEnvironment = environment({
  ...everyNode,
  /** The servers, or the balancer before them: asked at first, and whenever the network is told to be client-server. */
  asks: httpAddress('ASKS', 'the servers'),
  ...networking,
});
