import { describe, expect, it } from 'vitest';
import { createOptions } from '../../../orchestrator/engine/docker/create-options.ts';
import type { ContainerSpec } from '../../../orchestrator/engine/engine.ts';

const spec: ContainerSpec = { name: 'n', image: 'i', labels: {}, env: {}, cpus: null, memoryBytes: null };

describe('what Docker is asked for', () => {
  it('has no limit where none is given', () => {
    const { HostConfig: host } = createOptions(spec);
    expect(host).not.toHaveProperty('NanoCpus');
    expect(host).not.toHaveProperty('CpuShares');
    expect(host).not.toHaveProperty('Memory');
    expect(host).not.toHaveProperty('PidsLimit');
  });

  it('gives a container no swap beyond its memory', () => {
    expect(createOptions({ ...spec, cpus: 0.2, memoryBytes: 64e6 }).HostConfig).toMatchObject({
      NanoCpus: 200_000_000,
      Memory: 64e6,
      MemorySwap: 64e6,
    });
  });

  it('gives CPU by weight, beside containers that have none of their own', () => {
    expect(createOptions({ ...spec, cpuWeight: 20 }).HostConfig?.CpuShares).toBe(20_480);
  });

  it('publishes on loopback only', () => {
    const publish = [
      { containerPort: 80, hostPort: 0 },
      { containerPort: 81, hostPort: 8081 },
    ];
    expect(createOptions({ ...spec, publish }).HostConfig?.PortBindings).toEqual({
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }],
      '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081' }],
    });
  });

  it('bounds the log on disk', () => {
    expect(createOptions(spec).HostConfig?.LogConfig).toEqual({
      Type: 'json-file',
      Config: { 'max-size': '16m', 'max-file': '2' },
    });
  });

  it('takes everything from a hardened container that it can do without', () => {
    const options = createOptions({ ...spec, hardened: true });
    expect(options.User).toBe('65532:65532');
    expect(options.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 64,
      Tmpfs: { '/tmp': expect.any(String) },
    });
  });

  it('leaves a hardened container its own user, limit and /tmp where it names them', () => {
    const mounts = [{ kind: 'tmpfs', path: '/tmp', sizeBytes: 1e6 }] as const;
    const options = createOptions({ ...spec, hardened: true, user: '99', pidsLimit: 200, mounts });
    expect(options.User).toBe('99');
    expect(options.HostConfig?.PidsLimit).toBe(200);
    expect(options.HostConfig).not.toHaveProperty('Tmpfs');
  });

  it('never puts an init process before the node', () => {
    expect(createOptions(spec).HostConfig).not.toHaveProperty('Init');
  });
});
