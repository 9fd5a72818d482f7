// Kills a run at a moment of its own and looks at what stays.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../orchestrator/capacity/random.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label } from '../../orchestrator/engine/engine.ts';
import { isReaper } from '../../orchestrator/engine/remove-leftovers.ts';
import { cleanUp } from '../../orchestrator/run/guard/clean-up.ts';
import { processOf } from '../../test/docker/process-of.ts';
import { startTopolab, temporaryFolder } from '../../test/docker/topolab.ts';

const scenario = fileURLToPath(new URL('killed.yaml', import.meta.url));
/** From before anything is made to the middle of the load. */
const LATEST_MS = 16_000;
/** Far beyond the 15 s of silence, for hosts that do other work as well. */
export const GONE_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 200;

export type Victim = 'orchestrator' | 'reaper' | 'both';

export interface Kill {
  readonly victim: Victim;
  /** After the start of the command. */
  readonly atMs: number;
}

export interface KillOutcome extends Kill {
  /** Names of what the run had at that moment. None: the kill came before anything was made, and shows little. */
  readonly hadThen: readonly string[];
  /** From the kill, or from the end of a run that went on, until nothing was left. */
  readonly goneAfterMs: number;
  /** Names of what only the next run took. */
  readonly takenByNextRun: readonly string[];
  /** What is there after all. */
  readonly left: readonly string[];
  /** Of a run whose reaper alone was killed: whether it went on, and ended by Ctrl-C as any other. */
  readonly wentOn: boolean | undefined;
}

const victims: readonly Victim[] = ['orchestrator', 'reaper', 'both'];

/** The same seed gives the same kills. */
export function planKills(seed: number, count: number): Kill[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => ({
    victim: victims[index % victims.length] ?? 'both',
    atMs: Math.round(random.uniform() * LATEST_MS),
  }));
}

export async function killRun(kill: Kill): Promise<KillOutcome> {
  await using engine = await connectDocker();
  const run = startTopolab(['run', scenario, '--no-live', '--runs', temporaryFolder()]);
  await sleep(kill.atMs);
  const hadThen = await leftOf(engine);
  const killed = await reaperPid(engine);
  if (kill.victim !== 'orchestrator' && killed !== undefined) crash(killed);
  let wentOn: boolean | undefined;
  if (kill.victim === 'reaper') {
    // Time for another one to take its place.
    await sleep(3000);
    wentOn = run.process.exitCode === null;
    run.process.kill('SIGINT');
    wentOn &&= (await run.ended).exitCode === 130;
  } else {
    run.process.kill('SIGKILL');
    await run.ended;
  }
  const killedAtMs = performance.now();
  while ((await leftOf(engine)).length > 0 && performance.now() - killedAtMs < GONE_WITHIN_MS)
    await sleep(LOOK_EVERY_MS);
  const goneAfterMs = Math.round(performance.now() - killedAtMs);
  const takenByNextRun = await leftOf(engine);
  if (takenByNextRun.length > 0) await cleanUp(engine);
  return { ...kill, hadThen, goneAfterMs, takenByNextRun, left: await leftOf(engine), wentOn };
}

/** As when the kernel ends a process for lack of memory. Needs the right to, and an engine on this host. */
function crash(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile, or belongs to another host: then this is a kill of the orchestrator.
  }
}

async function reaperPid(engine: Engine): Promise<number | undefined> {
  const { containers } = await engine.list();
  const reaper = containers.find((each) => isReaper(each) && isOurs(each));
  const pid = reaper === undefined ? 0 : await processOf(reaper.id);
  return pid === 0 ? undefined : pid;
}

function isOurs({ labels }: { readonly labels: Readonly<Record<string, string>> }): boolean {
  return labels[Label.run]?.startsWith('killed-') ?? false;
}

async function leftOf(engine: Engine): Promise<string[]> {
  const { containers, networks, volumes } = await engine.list();
  return [...containers, ...networks, ...volumes].filter(isOurs).map(({ name }) => name);
}
