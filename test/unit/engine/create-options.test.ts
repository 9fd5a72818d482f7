import { describe, expect, it } from 'vitest';
import { createOptions as optionsOn } from '../../../orchestrator/engine/docker/create-options.ts';
import { type ContainerSpec, ordinaryCapabilities } from '../../../orchestrator/engine/engine.ts';

const spec: ContainerSpec = { name: 'n', image: 'i', labels: {}, env: {}, cpus: null, memoryBytes: null };
const createOptions = (asked: ContainerSpec) => optionsOn(asked, 8e9);

describe('what Docker is asked for', () => {
  it('bounds what would take the host with it, and nothing else, where no limit is given', () => {
    const { HostConfig: host } = createOptions(spec);
    expect(host).not.toHaveProperty('NanoCpus');
    expect(host).not.toHaveProperty('CpuShares');
    expect(host).toMatchObject({ Memory: 4e9, MemorySwap: 4e9, PidsLimit: 4096 });
  });

  it('gives nobody rights that a node under test does not need', () => {
    const { HostConfig: host } = createOptions(spec);
    expect(host).toMatchObject({
      CapDrop: ['ALL'],
      CapAdd: ordinaryCapabilities,
      SecurityOpt: ['no-new-privileges'],
    });
    expect(host?.CapAdd).not.toContain('NET_RAW');
  });

  it('gives exactly the rights that are asked for', () => {
    const options = createOptions({
      ...spec,
      capabilities: ['NET_RAW'],
      newPrivileges: true,
      readOnlyRoot: true,
      seccomp: '{}',
    });
    expect(options.HostConfig).toMatchObject({
      CapAdd: ['NET_RAW'],
      SecurityOpt: ['seccomp={}'],
      ReadonlyRootfs: true,
    });
  });

  it('gives no network where none is named', () => {
    expect(createOptions(spec).HostConfig?.NetworkMode).toBe('none');
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

  it('gives a container folders of its own, empty or as the image has them, that go with it', () => {
    const mounts = [
      { kind: 'folder', path: '/app', owner: { user: 1, group: 1 } },
      { kind: 'image-folder', path: '/app/node_modules' },
    ] as const;
    expect(createOptions({ ...spec, mounts }).HostConfig?.Mounts).toMatchObject([
      { Type: 'volume', Source: '', Target: '/app', VolumeOptions: { NoCopy: true } },
      { Type: 'volume', Source: '', Target: '/app/node_modules', VolumeOptions: { NoCopy: false } },
    ]);
  });

  it('never puts an init process before the node', () => {
    expect(createOptions(spec).HostConfig).not.toHaveProperty('Init');
  });
});
