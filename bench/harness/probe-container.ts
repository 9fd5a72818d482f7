// A container of a foreign image that asks others, and answers them: how long packets take, and how much of a stream arrives.
import { readFileSync } from 'node:fs';
import type { ContainerSpec, Engine, RunningContainer } from '../../orchestrator/engine/engine.ts';

const probes = ['delay-probe.cjs', 'tcp-probe.cjs'].map((name) => ({
  path: `/${name}`,
  content: readFileSync(new URL(`../../test/fixtures/docker/${name}`, import.meta.url)),
}));

/** @param identity the image has Node.js. */
export function probeContainer(
  identity: Pick<ContainerSpec, 'name' | 'image' | 'labels' | 'network'>,
): ContainerSpec {
  return {
    ...identity,
    env: {},
    command: ['sh', '-c', 'node /tcp-probe.cjs serve & exec node /delay-probe.cjs echo'],
    cpus: null,
    memoryBytes: null,
    files: probes,
  };
}

/** Round trips to another one's address, one after the other, milliseconds. */
export async function roundTripsOf(
  engine: Engine,
  from: RunningContainer,
  to: string,
  { count, apartMs }: { readonly count: number; readonly apartMs: number },
): Promise<number[]> {
  const said = await ask(engine, from, ['/delay-probe.cjs', 'ping', to, String(count), String(apartMs)]);
  return (JSON.parse(said) as [number, number][]).map(([, ms]) => ms);
}

/** What it receives from there by one TCP connection, bytes per second. */
export async function receivedBy(
  engine: Engine,
  container: RunningContainer,
  from: string,
  seconds: number,
): Promise<number> {
  return Number(await ask(engine, container, ['/tcp-probe.cjs', 'receive', from, String(seconds)]));
}

async function ask(engine: Engine, { id }: RunningContainer, words: readonly string[]): Promise<string> {
  return (await engine.exec(id, ['node', ...words])).stdout.trim();
}
