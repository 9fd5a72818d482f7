import { describe, expect, test } from 'vitest';
import { nodeOfAgent, swarmSettings } from '../../../node-image/swarm/swarm-settings.ts';
import { peerSettings } from '../../../node-image/peer/peer-settings.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('the settings of a peer', () => {
  test('by default share files, found by broadcast', () => {
    const settings = peerSettings({ NODE_NAME: 'p1', FILES: '{"a.bin": 5}' });
    expect(settings.network).toBeUndefined();
    expect(settings.files).toMatchObject({
      node: 'p1',
      files: { 'a.bin': 5 },
      seeder: false,
      discovery: 'broadcast',
      stallMs: 30_000,
    });
  });

  test('with a tracker find others by its directory', () => {
    const { files } = peerSettings({ TRACKER: 'tracker', SEEDER: '1', FETCH_STALL_MS: '100' });
    expect(files).toMatchObject({ discovery: 'directory', tracker: 'tracker', seeder: true, stallMs: 100 });
  });

  test('leave out what the peer does not offer', () => {
    const settings = peerSettings({ SERVICES: 'events' });
    expect(settings.files).toBeUndefined();
    expect(settings.network).toBeDefined();
  });

  test('tell all faults at once, with exit code 2', () => {
    const env = { SERVICES: 'files,mail', FILES: '{"a/b": 5}', FETCH_STALL_MS: '1', PORT: '-1' };
    const thrown = thrownBy(() => peerSettings(env));
    expect(thrown).toMatchObject({ code: 'bad-env', exitCode: 2 });
    for (const part of ["'mail'", "'a/b'", 'FETCH_STALL_MS', 'PORT']) expect(String(thrown)).toContain(part);
  });
});

describe('the settings of the BitTorrent client', () => {
  test('announce to the network only where there is no directory', () => {
    expect(swarmSettings('p1', 'broadcast', 24)['enable_lsd']).toBe(true);
    expect(swarmSettings('p1', 'directory', 24)['enable_lsd']).toBe(false);
  });

  test('carry the name of the node, by which neighbours know it', () => {
    const agent = String(swarmSettings('nodes-12', 'directory', 24)['user_agent']);
    expect(nodeOfAgent(agent)).toBe('nodes-12');
    expect(nodeOfAgent(`${agent} libtorrent`)).toBe('nodes-12');
    expect(nodeOfAgent('aria2/1.37.0')).toBe('');
  });
});
