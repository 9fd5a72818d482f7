import { expect, test } from 'vitest';
import { registryFailure, registryOf } from '../../../orchestrator/images/registry-failure.ts';

test.each([
  ['Get "https://r.test/v2/": dial tcp: lookup r.test: no such host', 'no-registry'],
  [
    'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'no-registry',
  ],
  ['dial tcp 192.0.2.1:443: connect: connection refused', 'no-registry'],
  ['x509: certificate signed by unknown authority', 'no-registry'],
  ['manifest for haproxy:99 not found: manifest unknown: manifest unknown', 'unknown-image'],
  ["pull access denied for x, repository does not exist or may require 'docker login'", 'unknown-image'],
  ['toomanyrequests: You have reached your pull rate limit.', 'refused'],
])('"%s" means %s', (message, failure) => {
  expect(registryFailure(new Error('image x could not be pulled', { cause: new Error(message) }))).toBe(
    failure,
  );
});

test.each([
  ['haproxy:3.0', 'docker.io'],
  ['grafana/k6:1.8.1', 'docker.io'],
  ['ghcr.io/owner/app', 'ghcr.io'],
  ['localhost/app:1', 'localhost'],
  ['host:5000/app:1', 'host:5000'],
])('%s is looked for at %s', (ref, registry) => {
  expect(registryOf(ref)).toBe(registry);
});
