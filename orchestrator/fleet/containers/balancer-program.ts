// Which program balances a group whose image is ours. Another one than HAProxy comes in here.
import type { BalancerProgram } from '../../balancer/balancer.ts';
import { haproxyProgram } from '../../balancer/haproxy/haproxy-program.ts';
import type { BalancerGroup } from '../../scenario/groups/balancer-role.ts';

export function balancerProgram(_group: BalancerGroup): BalancerProgram {
  return haproxyProgram;
}
