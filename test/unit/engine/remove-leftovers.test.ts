import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { removeLeftovers } from '../../../orchestrator/engine/remove-leftovers.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';

async function fill(engine: Engine, run: string): Promise<void> {
  const labels = { 'topolab.run': run };
  const { id } = await engine.createNetwork({ name: `net-${run}`, labels });
  await engine.createVolume({ name: `volume-${run}`, labels });
  const rest = { image: 'i', env: {}, cpus: null, memoryBytes: null, network: { id, aliases: [] } };
  await engine.launch({ name: `node-${run}`, labels, ...rest });
}

const names = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name);

describe('removing what runs left', () => {
  it('takes every run and spares the stack', async () => {
    const engine = createFakeEngine();
    for (const run of ['a', 'b', 'stack']) await fill(engine, run);
    const removed = await removeLeftovers(engine);
    expect(names(removed.containers)).toEqual(['node-a', 'node-b']);
    expect(names(removed.networks)).toEqual(['net-a', 'net-b']);
    expect(names(removed.volumes)).toEqual(['volume-a', 'volume-b']);
    expect(names((await engine.list()).containers)).toEqual(['node-stack']);
  });

  it('takes one run, and the stack where it is named', async () => {
    const engine = createFakeEngine();
    for (const run of ['a', 'stack']) await fill(engine, run);
    expect(names((await removeLeftovers(engine, 'stack')).volumes)).toEqual(['volume-stack']);
    expect(names((await engine.list()).containers)).toEqual(['node-a']);
  });

  it('goes on past what cannot be removed, and names it', async () => {
    const engine = createFakeEngine();
    await fill(engine, 'a');
    engine.removeVolume = () => Promise.reject(new Error('volume is in use'));
    await expect(removeLeftovers(engine, 'a')).rejects.toMatchObject({
      code: 'leftovers-remain',
      message: expect.stringContaining('volume volume-a: volume is in use'),
    });
    expect((await engine.list('a')).containers).toEqual([]);
  });

  it('says that the managers of a Swarm do not agree, where that is why a network stays', async () => {
    const engine = createFakeEngine();
    await fill(engine, 'a');
    const why = { code: 'swarm-without-leader', hint: 'More than half of them must be up.' };
    engine.removeNetwork = () => Promise.reject(new TopolabError('remove network: they do not agree', why));
    await expect(removeLeftovers(engine, 'a')).rejects.toMatchObject({
      ...why,
      message: expect.stringContaining('network net-a: remove network: they do not agree'),
    });
    expect((await engine.list('a')).volumes).toEqual([]);
  });
});
