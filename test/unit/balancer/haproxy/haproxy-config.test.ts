import { describe, expect, it } from 'vitest';
import { haproxyConfig } from '../../../../orchestrator/balancer/haproxy/haproxy-config.ts';
import { scenarioOf } from '../../run/make-run.ts';

function configOf(balancer: object, servers: object = {}): string {
  const { groups } = scenarioOf({
    groups: {
      web: { role: 'server', ...servers },
      front: { role: 'balancer', balances: 'web', ...balancer },
    },
  });
  const front = groups.find(({ name }) => name === 'front');
  if (front?.role !== 'balancer') throw new Error('no balancer');
  return haproxyConfig(front, 'front-1.observers');
}

describe('how a balancer finds a server that hangs', () => {
  it('is by asking what the servers themselves are asked, where that is over HTTP', () => {
    expect(configOf({})).toContain(
      'option httpchk\n  http-check send meth GET uri /ready\n  timeout check 1000ms',
    );
    const foreign = { image: 'shop:1', ready: { http: '/healthz' } };
    expect(configOf({}, foreign)).toContain('http-check send meth GET uri /healthz');
  });

  it('is by a TCP connection where the servers have nothing better, unless a path is given', () => {
    expect(configOf({}, { image: 'shop:1' })).not.toContain('httpchk');
    const path = { healthCheck: { path: '/ping', timeout: '250ms' } };
    expect(configOf(path, { image: 'shop:1' })).toContain(
      'http-check send meth GET uri /ping\n  timeout check 250ms',
    );
  });

  it('is left out where nobody wants it', () => {
    expect(configOf({ healthCheck: false })).not.toContain('check');
  });
});

describe('what it does with the requests', () => {
  it('is trying elsewhere, and only what may be done twice where the server may have done it', () => {
    const config = configOf({});
    expect(config).toContain(
      'retries 3\n  retry-on conn-failure empty-response response-timeout\n  option redispatch 1',
    );
    expect(config).toContain('acl idempotent method GET HEAD OPTIONS PUT DELETE TRACE');
    expect(config).toContain('http-request disable-l7-retry unless idempotent');
  });

  it('is what the scenario says', () => {
    const config = configOf({
      retries: 1,
      retryOn: [503, 'conn-failure'],
      retryMethods: 'all',
      redispatch: false,
    });
    expect(config).toContain('retries 1\n  retry-on 503 conn-failure\n  no option redispatch');
    expect(config).not.toContain('disable-l7-retry');
    expect(configOf({ retryOn: [] })).toContain('retry-on none');
  });

  it('has the bounds that the scenario gives', () => {
    const config = configOf({ timeouts: { connect: '1s', server: '9s', client: '8s', queue: '7s' } });
    expect(config).toContain(
      'timeout connect 1000ms\n  timeout client 8000ms\n  timeout server 9000ms\n  timeout queue 7000ms',
    );
  });
});

it('what steers a balancer and what it says of servers is reachable on the observers’ network alone', () => {
  const config = configOf({});
  expect(config).toContain('stats socket ipv4@front-1.observers:9999');
  expect(config).toContain('frontend exporter\n  bind front-1.observers:8404');
});
