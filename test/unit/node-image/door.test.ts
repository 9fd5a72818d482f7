import { describe, expect, it } from 'vitest';
import { onlyReads } from '../../../node-image/agent/reader-routes.ts';
import { whyRefused } from '../../../node-image/door/door.ts';

describe('the door to the stack’s Prometheus', () => {
  it.each([
    ['a person, by address', { host: '127.0.0.1:9090' }],
    ['a person, by name', { host: 'localhost:9090' }],
    ['a person, through a tunnel at another port', { host: 'localhost:19090' }],
    ['a person whose browser tells', { host: 'localhost:9090', 'sec-fetch-site': 'none' }],
    [
      'its own page',
      { host: '127.0.0.1:9090', origin: 'http://127.0.0.1:9090', 'sec-fetch-site': 'same-origin' },
    ],
    ['Grafana', { host: 'prometheus:9090' }],
  ])('is open to %s', (_, headers) => {
    expect(whyRefused(headers, ['prometheus'])).toBeUndefined();
  });

  it.each([
    ['a page of another site', { host: '127.0.0.1:9090', origin: 'https://attacker.example' }],
    ['a page at another port', { host: '127.0.0.1:9090', origin: 'http://127.0.0.1:8000' }],
    ['a page without an origin', { host: '127.0.0.1:9090', origin: 'null' }],
    ['an image on a page of another site', { host: '127.0.0.1:9090', 'sec-fetch-site': 'cross-site' }],
    ['a name that was made to point here', { host: 'attacker.example:9090' }],
    ['a name that only looks like ours', { host: 'localhost.attacker.example:9090' }],
    ['nobody in particular', {}],
  ])('is closed to %s', (_, headers) => {
    expect(whyRefused(headers, ['prometheus'])).toMatch(/^(ask|not) for /);
  });
});

describe('what may be asked', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/graph'],
    ['GET', '/-/ready'],
    ['GET', '/static/js/main.js'],
    ['GET', '/api/v1/query'],
    ['POST', '/api/v1/query_range'],
    ['GET', '/api/v1/label/run/values'],
    ['GET', '/api/v1/targets'],
    ['GET', '/api/v1/status/buildinfo'],
  ])('%s %s', (method, path) => {
    expect(onlyReads(method, path)).toBe(true);
  });

  it.each([
    ['POST', '/api/v1/write'],
    ['GET', '/api/v1/write'],
    ['POST', '/api/v1/otlp/v1/metrics'],
    ['POST', '/api/v1/admin/tsdb/snapshot'],
    ['PUT', '/-/quit'],
    ['POST', '/-/reload'],
    ['POST', '/graph'],
    ['DELETE', '/api/v1/series'],
    ['GET', '/debug/pprof/heap'],
    ['GET', '/federate'],
    ['GET', '/api/v1/query/../write'],
    ['GET', '//api/v1/write'],
  ])('but not %s %s', (method, path) => {
    expect(onlyReads(method, path)).toBe(false);
  });
});
