// What `topolab-node peer` is told.
import { everyNode, fileSharing, networking, services } from './common-variables.ts';
import { environment } from './environment.ts';

export const peerEnvironment = environment({ ...everyNode, services, ...fileSharing, ...networking });
