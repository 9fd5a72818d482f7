// HAProxy's configuration: a backend that starts empty and is filled through the runtime API as servers join.
import type { BalancerGroup } from '../scenario/scenario.ts';

/** TCP port of HAProxy's runtime API, reachable inside the run's network only. */
export const RUNTIME_API_PORT = 9999;
/** Name of the backend that holds the balanced servers. */
export const BACKEND = 'servers';

/** The content of /usr/local/etc/haproxy/haproxy.cfg for a balancer group. */
export function haproxyConfig(group: BalancerGroup): string {
  const metricsPort = group.metrics?.port ?? 8404;
  return `global
  log stdout format raw local0 notice
  stats socket ipv4@*:${RUNTIME_API_PORT} level admin expose-fd listeners
  # Two descriptors a connection, and some hosts allow a container no more than 20,000.
  maxconn 8000
  hard-stop-after 10s

defaults
  mode http
  log global
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  # Long enough to ride out a server that joins, short enough that an empty backend answers 503 soon.
  timeout queue 5s
  option http-keep-alive
  # A request whose connection failed was executed nowhere: sending it to another server is always safe.
  option redispatch 1
  retries 3
  retry-on conn-failure
  http-reuse safe

frontend users
  bind *:${group.port}
  default_backend ${BACKEND}

backend ${BACKEND}
  balance ${group.algorithm}

frontend exporter
  bind *:${metricsPort}
  http-request use-service prometheus-exporter if { path ${group.metrics?.path ?? '/metrics'} }
  no log
`;
}
