// All roles, one line each: what people may write, how groups are resolved, checked, launched and named comes from here.
import { balancerRole } from './balancer-role.ts';
import { clientRole } from './client-role.ts';
import { peerRole } from './peer-role.ts';
import { serverRole } from './server-role.ts';
import { serviceRole } from './service-role.ts';
import { storeRole } from './store-role.ts';
import { trackerRole } from './tracker-role.ts';

export const roles = {
  server: serverRole,
  client: clientRole,
  peer: peerRole,
  tracker: trackerRole,
  balancer: balancerRole,
  store: storeRole,
  service: serviceRole,
};
