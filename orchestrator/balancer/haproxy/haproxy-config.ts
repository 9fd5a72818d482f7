// HAProxy's configuration: a backend that starts empty and is filled through the runtime API as servers join.
import type { BalancerGroup, HealthCheck, Retry } from '../../scenario/groups/balancer-role.ts';

/** TCP port of HAProxy's runtime API, on the observers' network alone. */
export const RUNTIME_API_PORT = 9999;
/** Name of the backend that holds the balanced servers. */
export const BACKEND = 'servers';

/**
 * The content of /usr/local/etc/haproxy/haproxy.cfg for a node of a balancer group. `observersHost` is its name on the observers' network:
 * it is steered, and tells of its servers, there alone.
 */
export function haproxyConfig(group: BalancerGroup, observersHost: string): string {
  const { timeouts } = group;
  const metricsPort = group.metrics?.port ?? 8404;
  return `global
  log stdout format raw local0 notice
  stats socket ipv4@${observersHost}:${RUNTIME_API_PORT} level admin expose-fd listeners
  # Two descriptors a connection, and some hosts allow a container no more than 20,000.
  maxconn 8000
  hard-stop-after 10s

defaults
  mode http
  log global
  timeout connect ${timeouts.connectMs}ms
  timeout client ${timeouts.clientMs}ms
  timeout server ${timeouts.serverMs}ms
  timeout queue ${timeouts.queueMs}ms
  option http-keep-alive
  http-reuse safe

frontend users
  bind *:${group.port}
  default_backend ${BACKEND}

backend ${BACKEND}
  balance ${group.algorithm}
${indented([...retryLines(group.retry), ...checkLines(group.healthCheck)])}

frontend exporter
  bind ${observersHost}:${metricsPort}
  http-request use-service prometheus-exporter if { path ${group.metrics?.path ?? '/metrics'} }
  no log
`;
}

/**
 * A request whose connection failed was executed nowhere, so sending it to another server is always safe. One that was sent may have been
 * executed: HAProxy calls sending it again an L7 retry, and only those are ruled out by method.
 */
function retryLines({ times, on, methods, elsewhere }: Retry): string[] {
  return [
    `retries ${times}`,
    `retry-on ${on.length === 0 ? 'none' : on.join(' ')}`,
    elsewhere ? 'option redispatch 1' : 'no option redispatch',
    ...(methods === 'all'
      ? []
      : [
          'acl idempotent method GET HEAD OPTIONS PUT DELETE TRACE',
          'http-request disable-l7-retry unless idempotent',
        ]),
  ];
}

/** How often and where comes with each server, for servers that are added while it runs take no defaults. */
function checkLines(check: HealthCheck | null): string[] {
  if (check === null) return [];
  const asked = check.path === null ? [] : ['option httpchk', `http-check send meth GET uri ${check.path}`];
  return [...asked, `timeout check ${check.timeoutMs}ms`];
}

/** What the runtime API is told of a server's checks when it joins; '' = it is not checked. */
export function serverCheck(check: HealthCheck | null): string {
  if (check === null) return '';
  const { port, intervalMs, fall, rise, onDown } = check;
  const cut = onDown === 'cut' ? ' on-marked-down shutdown-sessions' : '';
  return `check port ${port} inter ${intervalMs}ms fall ${fall} rise ${rise}${cut}`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
