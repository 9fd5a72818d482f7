// `topolab stack up | status | down`. On a Swarm the stack is on the manager that is connected to, where runs on all hosts use it.
import { managerOf } from '../cluster/docker-swarm/survey-swarm.ts';
import { connectDocker } from '../engine/docker/connect-docker.ts';
import type { Engine } from '../engine/engine.ts';
import { ExitCode } from '../errors.ts';
import { dockerCredentials } from '../images/credentials/registry-credentials.ts';
import { ensureImages } from '../images/ensure-images.ts';
import { publishedIn } from '../images/published.ts';
import { createSetupProgress } from '../live/setup-progress.ts';
import { ensureStackImages } from '../stack/ensure-stack-images.ts';
import { type StackStatus, stackStatus } from '../stack/find-stack.ts';
import { stackDown } from '../stack/stack-down.ts';
import { stackUp } from '../stack/stack-up.ts';
import { prepareEngine } from './prepare-engine.ts';
import type { EngineChoice } from './prepare-options.ts';
import { wantsColour } from './terminal.ts';

/** `swarm`: the engine is to be a manager. */
type OnEngine = Pick<EngineChoice, 'engine'>;

export interface StackUpCommandOptions extends OnEngine {
  readonly setup?: boolean;
  readonly prometheusPort: number;
  readonly grafanaPort: number;
  readonly signal: AbortSignal;
}

export async function stackUpCommand(options: StackUpCommandOptions): Promise<void> {
  const { prometheusPort, grafanaPort, signal } = options;
  const setup = options.setup === true;
  const stream = process.stdout;
  const progress = createSetupProgress({ stream, isTty: stream.isTTY === true, colour: wantsColour(stream) });
  let status: StackStatus;
  try {
    await using engine = await prepareEngine({ setup, progress, signal });
    requireChosen(engine, options);
    for (const remark of engine.reach.remarks) progress.note(`! ${remark}`);
    const images = await ensureStackImages(
      (refs) =>
        ensureImages(
          engine,
          refs.map((ref) => ({ ref })),
          {
            onStep: (step) => progress.imageStep(step),
            allowSubstitutes: setup,
            credentials: dockerCredentials(),
            published: publishedIn(process.env),
            signal,
          },
        ),
      (warning) => progress.note(warning),
    );
    const onStep = (step: string) => progress.note(step);
    status = await stackUp(engine, { images, prometheusPort, grafanaPort, onStep, signal });
  } finally {
    progress.close();
  }
  say(status);
}

export async function stackStatusCommand(options: OnEngine & { readonly json?: boolean }): Promise<number> {
  await using engine = await connectDocker();
  requireChosen(engine, options);
  const status = await stackStatus(engine);
  if (options.json) process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
  else say(status);
  return status.state === 'up' ? ExitCode.pass : ExitCode.broken;
}

export async function stackDownCommand(options: OnEngine & { readonly volumes?: boolean }): Promise<void> {
  await using engine = await connectDocker();
  requireChosen(engine, options);
  const { wasUp, keptVolumes } = await stackDown(engine, { volumes: options.volumes === true });
  process.stdout.write(wasUp ? 'The stack is down.\n' : 'The stack was not up.\n');
  if (keptVolumes.length > 0) {
    process.stdout.write(
      `Data of earlier runs is kept in ${keptVolumes.join(', ')}; --volumes removes it.\n`,
    );
  }
}

function requireChosen(engine: Engine, options: OnEngine): void {
  if (options.engine === 'swarm') managerOf(engine);
}

function say({ state, parts, host, volume }: StackStatus): void {
  process.stdout.write(`The stack is ${state}.\n`);
  for (const { part, running, url, image } of parts) {
    const where = running ? (url ?? 'no page of its own') : 'stopped';
    process.stdout.write(`  ${part.padEnd(12)}${where.padEnd(26)}${image}\n`);
  }
  if (state !== 'down' && !parts.some(({ part }) => part === 'grafana')) {
    process.stdout.write('  grafana     not running: its image is not available\n');
  }
  const ports = parts.flatMap(({ url }) => (url === undefined ? [] : [URL.parse(url)?.port ?? '']));
  if (host !== null && ports.length > 0) {
    const tunnel = ports.map((port) => `-L ${port}:127.0.0.1:${port}`).join(' ');
    process.stdout.write(
      `  These addresses are on ${host}, where the engine runs. To reach them from here: ssh -N ${tunnel} ${host}\n`,
    );
  }
  if (volume !== undefined) process.stdout.write(`  data        volume ${volume}\n`);
}
