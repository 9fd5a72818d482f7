import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../../orchestrator/engine/docker/connect-docker.ts';

const info = {
  OperatingSystem: 'none',
  KernelVersion: '0',
  Architecture: 'none',
  Name: 'box',
  NCPU: 1,
  MemTotal: 1,
};

/** Answers as a daemon with this version does. */
const daemon =
  (version: object = {}): RequestListener =>
  ({ url = '' }, response) => {
    response.setHeader('content-type', 'application/json');
    const answer = url.endsWith('/info') ? info : { Version: '28.0', ApiVersion: '1.48', ...version };
    response.end(JSON.stringify(answer));
  };

describe('an engine over HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'topolab-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is spoken to with TLS, and believed only with a certificate that is trusted', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, daemon());
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const host = `https://localhost:${(server.address() as AddressInfo).port}`;
    // The server's own key is none that a client may show; only what it is signed by is wanted here.
    rmSync(key);
    try {
      await expect(connectDocker({ DOCKER_HOST: host, DOCKER_CONFIG: '/nowhere' })).rejects.toThrow(
        /self-signed|certificate/,
      );
      const env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
      rmSync(join(folder, 'cert.pem'), { force: true });
      await using engine = await connectDocker(env);
      expect(engine.description.version).toBe('28.0');
      expect(engine.reach).toEqual({ host: null, hostName: 'box', remarks: [] });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

describe('what people should know of an engine', () => {
  async function reached(version: object) {
    const server = createServer(daemon(version));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      await using engine = await connectDocker({ DOCKER_HOST: `tcp://127.0.0.1:${port}` });
      return { kind: engine.description.kind, remarks: engine.reach.remarks.join(' ') };
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  it('is nothing of Docker on this machine', async () => {
    expect(await reached({ Components: [{ Name: 'Engine', Version: '28.0' }] })).toEqual({
      kind: 'docker',
      remarks: '',
    });
  });

  it('is that Podman’s containers can’t be measured', async () => {
    const { kind, remarks } = await reached({ Components: [{ Name: 'Podman Engine', Version: '5.4' }] });
    expect(kind).toBe('podman');
    expect(remarks).toContain('not supported');
  });
});
