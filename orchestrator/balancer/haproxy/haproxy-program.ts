// HAProxy as a balancer: its configuration file, and its runtime API.
import type { BalancerProgram } from '../balancer.ts';
import { Haproxy } from './haproxy.ts';
import { haproxyConfig } from './haproxy-config.ts';

export const haproxyProgram: BalancerProgram = {
  files: (group, observersHost) => [
    { path: '/usr/local/etc/haproxy/haproxy.cfg', content: haproxyConfig(group, observersHost) },
  ],
  connect: (group, host, exchange) => new Haproxy(exchange, host, group.healthCheck),
};
