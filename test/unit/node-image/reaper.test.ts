// The reaper against a Docker that is made up here: when it gives a run up, and what it then removes.
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { AskEngine } from '../../../node-image/http/engine-api.ts';
import { reap } from '../../../node-image/reaper/reaper.ts';
import { removeLabelled } from '../../../node-image/reaper/remove-labelled.ts';
import { Silence } from '../../../node-image/reaper/silence.ts';

const label = 'topolab.run=r';

/** Containers by id, networks with what is attached, volumes. What was asked for is kept in order. */
function standInEngine(containers: string[], networks: Record<string, string[]>, volumes: string[]) {
  const asked: string[] = [];
  const engine = { asked, away: false, refuses: '', managesSwarm: false, hasLeader: true, nodesAsked: 0 };
  const ask: AskEngine = async (method, path, body) => {
    if (engine.away) throw new Error('connect ECONNREFUSED');
    const [bare = ''] = path.split('?');
    const id = bare.split('/')[2] ?? '';
    const answer = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });
    if (bare === '/_ping') return answer('OK');
    if (bare === '/containers/json') return answer(containers.map((Id) => ({ Id })));
    if (bare === '/networks')
      return answer(
        Object.keys(networks)
          .filter((Id) => Id !== 'overlay' || engine.hasLeader)
          .map((Id) => ({ Id, Scope: Id === 'overlay' ? 'swarm' : 'local' })),
      );
    if (bare === '/info') return answer({ Swarm: { ControlAvailable: engine.managesSwarm } });
    if (bare === '/nodes') engine.nodesAsked += 1;
    if (bare === '/nodes') return engine.hasLeader ? answer([]) : answer({ message: 'no leader' }, 500);
    if (bare === '/volumes')
      return answer({ Volumes: volumes.length === 0 ? null : volumes.map((Name) => ({ Name })) });
    if (method === 'GET')
      return answer({ Containers: Object.fromEntries((networks[id] ?? []).map((each) => [each, {}])) });
    asked.push(
      `${method} ${bare}${body === undefined ? '' : ` ${(body as { Container: string }).Container}`}`,
    );
    if (id === engine.refuses) return answer({ message: 'device is busy' }, 500);
    if (bare.startsWith('/containers/')) containers.splice(containers.indexOf(id), 1);
    if (bare === `/networks/${id}`) delete networks[id];
    if (bare.startsWith('/volumes/')) volumes.splice(volumes.indexOf(id), 1);
    return answer('');
  };
  return Object.assign(engine, { ask });
}

describe('removing a run', () => {
  it('takes containers, then networks once others have left them, then volumes, and not itself', async () => {
    const engine = standInEngine(['me-and-more', 'a', 'b'], { net: ['stack-agent'] }, ['v']);
    expect(await removeLabelled(engine.ask, label, 'me')).toBe(4);
    expect(engine.asked).toEqual([
      'DELETE /containers/a',
      'DELETE /containers/b',
      'POST /networks/net/disconnect stack-agent',
      'DELETE /networks/net',
      'DELETE /volumes/v',
    ]);
    expect(await removeLabelled(engine.ask, label, 'me')).toBe(0);
  });

  it('leaves networks that span hosts to an engine that manages their Swarm', async () => {
    const engine = standInEngine(['a'], { net: [], overlay: [] }, []);
    expect(await removeLabelled(engine.ask, label, 'me')).toBe(2);
    expect(engine.asked).toEqual(['DELETE /containers/a', 'DELETE /networks/net']);
    engine.managesSwarm = true;
    expect(await removeLabelled(engine.ask, label, 'me')).toBe(1);
    expect(engine.asked.at(-1)).toBe('DELETE /networks/overlay');
  });

  it('goes on past what is refused, and says so', async () => {
    const engine = standInEngine(['a', 'b'], {}, []);
    engine.refuses = 'a';
    await expect(removeLabelled(engine.ask, label, 'me')).rejects.toThrow('device is busy');
    expect(engine.asked).toEqual(['DELETE /containers/a', 'DELETE /containers/b']);
  });
});

describe('silence', () => {
  it('is over after 15 s, sooner once the stream has ended, and begins anew with each word', () => {
    const silence = new Silence({ silenceMs: 15_000, endedMs: 2_000 }, 0);
    expect([silence.isOver(14_999), silence.isOver(15_000)]).toEqual([false, true]);
    silence.heard(10_000);
    expect([silence.isOver(24_999), silence.isOver(25_000)]).toEqual([false, true]);
    silence.streamEnded(20_000);
    expect([silence.isOver(21_999), silence.isOver(22_000)]).toEqual([false, true]);
    silence.heard(21_000);
    expect(silence.isOver(35_999)).toBe(false);
  });

  it('is not put off by a stream that ends late', () => {
    const silence = new Silence({ silenceMs: 15_000, endedMs: 2_000 }, 0);
    silence.streamEnded(14_000);
    expect(silence.isOver(15_000)).toBe(true);
  });
});

/** Joined to a reaper that has just been started. */
async function joined(path: string): Promise<Socket> {
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

describe('a reaper', () => {
  const settings = () => ({
    socket: join(mkdtempSync(join(tmpdir(), 'topolab-unit-')), 'reaper.sock'),
    label,
    ownId: 'me',
    silenceMs: 60_000,
    endedMs: 0,
    everyMs: 1,
    spansHosts: false,
  });

  it('says back what it hears, and removes the run and itself once the stream has ended', async () => {
    const engine = standInEngine(['me', 'a'], {}, []);
    const given = settings();
    const over = reap({ ...given, hosts: [{ name: 'box', ask: engine.ask }] });
    const socket = await joined(given.socket);
    socket.write('alive\n');
    expect(String((await once(socket, 'data'))[0])).toBe('alive\n');
    expect(engine.asked).toEqual([]);
    socket.destroy();
    await over;
    expect(engine.asked).toEqual(['DELETE /containers/a', 'DELETE /containers/me']);
  });

  it('says that it cannot reach the engine, and waits for it', async () => {
    const engine = standInEngine(['me'], {}, []);
    engine.away = true;
    const given = { ...settings(), silenceMs: 0 };
    const over = reap({ ...given, hosts: [{ name: 'box', ask: engine.ask }] });
    const socket = await joined(given.socket);
    socket.write('alive\n');
    expect(String((await once(socket, 'data'))[0])).toBe('deaf: connect ECONNREFUSED\n');
    engine.away = false;
    await over;
    expect(engine.asked).toEqual(['DELETE /containers/me']);
  });

  it('removes the run from all hosts that it was told, and itself from its own', async () => {
    const [own, other] = [standInEngine(['me', 'a'], {}, []), standInEngine(['b'], { net: [] }, [])];
    other.away = true;
    const given = { ...settings(), silenceMs: 0 };
    const over = reap({
      ...given,
      hosts: [
        { name: 'east', ask: own.ask },
        { name: 'west', ask: other.ask },
      ],
    });
    const socket = await joined(given.socket);
    socket.write('alive\n');
    expect(String((await once(socket, 'data'))[0])).toBe('deaf: west: connect ECONNREFUSED\n');
    other.away = false;
    await over;
    expect(own.asked).toEqual(['DELETE /containers/a', 'DELETE /containers/me']);
    expect(other.asked).toEqual(['DELETE /containers/b', 'DELETE /networks/net']);
  });

  it('does not take a run for removed while its Swarm has no leader, who alone knows of networks that span hosts', async () => {
    const engine = standInEngine(['me', 'a'], { overlay: [] }, []);
    Object.assign(engine, { managesSwarm: true, hasLeader: false });
    const given = { ...settings(), silenceMs: 0, spansHosts: true };
    const over = reap({ ...given, hosts: [{ name: 'box', ask: engine.ask }] });
    await vi.waitFor(() => expect(engine.nodesAsked).toBeGreaterThan(3));
    expect(engine.asked).toEqual(['DELETE /containers/a']);
    engine.hasLeader = true;
    await over;
    expect(engine.asked).toEqual([
      'DELETE /containers/a',
      'DELETE /networks/overlay',
      'DELETE /containers/me',
    ]);
  });
});
