import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  describeEndpoint,
  findEndpoint,
  remoteHost,
} from '../../../orchestrator/engine/docker/find-endpoint.ts';

describe('finding the Docker endpoint', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'topolab-endpoint-'));
    mkdirSync(join(home, '.docker'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const context = (name: string, docker: object, tls = false): void => {
    const hash = createHash('sha256').update(name).digest('hex');
    const meta = join(home, '.docker/contexts/meta', hash);
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker } }));
    if (!tls) return;
    const folder = join(home, '.docker/contexts/tls', hash, 'docker');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ca.pem'), 'CA');
  };
  const config = (content: string): void => writeFileSync(join(home, '.docker/config.json'), content);

  it.each([
    ['unix:///run/a.sock', '/run/a.sock'],
    ['unix:/run/a.sock', '/run/a.sock'],
    ['https://far:8443', 'far:8443'],
    ['https://far', 'far:443'],
    ['http://far:80', 'far:80'],
    ['tcp://10.1.2.3:1234', '10.1.2.3:1234'],
    ['10.1.2.3', '10.1.2.3:2375'],
    ['tcp://[::1]:1234', '::1:1234'],
    ['ssh://me@far', 'ssh://me@far'],
    ['npipe:////./pipe/docker_engine', '//./pipe/docker_engine'],
  ])('takes DOCKER_HOST=%s', (host, expected) => {
    expect(describeEndpoint(findEndpoint({ HOME: home, DOCKER_HOST: host }))).toBe(expected);
  });

  it.each(['', 'ftp://a', 'tcp://'])('refuses DOCKER_HOST=%j unless it is empty', (host) => {
    const find = () => findEndpoint({ HOME: home, DOCKER_HOST: host });
    if (host === '') expect(find().kind).toBe('socket');
    else expect(find).toThrow(expect.objectContaining({ code: 'docker-host-wrong' }));
  });

  it('uses TLS with the certificates of DOCKER_CERT_PATH where DOCKER_TLS_VERIFY says so', () => {
    writeFileSync(join(home, 'ca.pem'), 'CA');
    const env = { HOME: home, DOCKER_HOST: 'tcp://a', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home };
    expect(findEndpoint(env)).toEqual({
      kind: 'tcp',
      host: 'a',
      port: 2376,
      tls: { ca: Buffer.from('CA'), cert: undefined, key: undefined, verify: true },
    });
  });

  it('speaks TLS to https://, by what this machine trusts where no certificates are given', () => {
    const env = { HOME: home, DOCKER_HOST: 'https://a:2376' };
    const nothing = { ca: undefined, cert: undefined, key: undefined };
    expect(findEndpoint(env)).toMatchObject({ tls: { ...nothing, verify: true } });
    writeFileSync(join(home, 'ca.pem'), 'CA');
    const given = { ...env, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home };
    expect(findEndpoint(given)).toMatchObject({ tls: { ca: Buffer.from('CA'), verify: true } });
  });

  it.each([
    ['unix:///a', null],
    ['tcp://localhost', null],
    ['tcp://127.1.2.3', null],
    ['tcp://[::1]', null],
    ['tcp://10.1.2.3', '10.1.2.3'],
    ['ssh://me@far', 'far'],
  ])('tells whether %s is another machine: %j', (host, remote) => {
    expect(remoteHost(findEndpoint({ HOME: home, DOCKER_HOST: host }))).toBe(remote);
  });

  it.each(['', ' \n', '{}', '{"currentContext":null}', '{"currentContext":""}'])(
    'goes on where the configuration says nothing: %j',
    (text) => {
      config(text);
      expect(findEndpoint({ HOME: home }).kind).toBe('socket');
    },
  );

  it('follows the current context, DOCKER_CONTEXT before it and DOCKER_HOST before both', () => {
    context('desktop', { Host: 'unix:///home/me/desktop.sock' });
    context('far', { Host: 'ssh://me@far:2222' });
    config('{"currentContext":"desktop"}');
    const env = { HOME: home };
    expect(findEndpoint(env)).toEqual({ kind: 'socket', path: '/home/me/desktop.sock' });
    const far = { kind: 'ssh', host: 'far', port: 2222, user: 'me' };
    expect(findEndpoint({ ...env, DOCKER_CONTEXT: 'far' })).toEqual(far);
    const both = { ...env, DOCKER_CONTEXT: 'far', DOCKER_HOST: 'unix:///a' };
    expect(findEndpoint(both)).toEqual({ kind: 'socket', path: '/a' });
    expect(findEndpoint({ ...env, DOCKER_CONTEXT: 'default' }).kind).toBe('socket');
  });

  it("takes a context's certificates", () => {
    context('tls', { Host: 'tcp://b:2376', SkipTLSVerify: true }, true);
    expect(findEndpoint({ HOME: home, DOCKER_CONTEXT: 'tls' })).toMatchObject({
      tls: { ca: Buffer.from('CA'), verify: false },
    });
  });

  it('names a context that is not there, and a configuration that cannot be read', () => {
    expect(() => findEndpoint({ HOME: home, DOCKER_CONTEXT: 'none' })).toThrow('"none" has no endpoint');
    config('{');
    expect(() => findEndpoint({ HOME: home })).toThrow(
      expect.objectContaining({ code: 'docker-context-wrong' }),
    );
  });
});
