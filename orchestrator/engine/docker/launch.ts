// create → place files → start → inspect, for one container. Nothing is retried but a start that waited for a Swarm in vain. Steps under way are never cut off,
// for the daemon would finish them all the same: an abort is looked for between steps, and what was made is removed.
import type { Container } from 'dockerode';
import { TopolabError } from '../../errors.ts';
import { type ContainerSpec, Label, type RunningContainer } from '../engine.ts';
import { createOptions } from './create-options.ts';
import { SOCKET_VARIABLE } from './own-socket.ts';
import type { Daemon } from './daemon.ts';
import { causeOf, statusOf } from './docker-errors.ts';
import { isSilent, unlessSilent } from '../engine-silent.ts';
import { hearOutput } from './hear-output.ts';
import { attach } from './networks.ts';
import { placeFiles } from './place-files.ts';
import { removeContainer } from './remove-container.ts';
import { runningContainer } from './inspect-container.ts';

/** Launches when it is this call's turn. See `Engine.launch`. */
export async function launch(
  daemon: Daemon,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<RunningContainer> {
  if (spec.hardened && spec.files?.length)
    throw new Error(`${spec.name}: files cannot be placed in a read-only (hardened) container`);
  if (spec.engineSocket !== undefined && daemon.socket === undefined)
    throw new TopolabError(`cannot launch ${spec.name}: it is not known where the engine's own socket is`, {
      code: 'no-engine-socket',
      hint: `Set ${SOCKET_VARIABLE} to its path on the engine's host.`,
    });
  return daemon.launches.take(() => launchNow(daemon, spec, signal));
}

async function launchNow(
  daemon: Daemon,
  spec: ContainerSpec,
  signal: AbortSignal | undefined,
): Promise<RunningContainer> {
  signal?.throwIfAborted();
  const { docker, description, held, socket } = daemon;
  const image = held.get(spec.image) ?? spec.image;
  const container = await docker
    .createContainer(
      createOptions(
        { ...spec, image, labels: { ...spec.labels, [Label.image]: spec.image } },
        description.memoryBytes,
        socket,
      ),
    )
    .catch((error: unknown) => {
      throw notLaunched(daemon, spec, error);
    });
  try {
    signal?.throwIfAborted();
    const folders = (spec.mounts ?? []).filter((mount) => mount.kind === 'folder');
    if (spec.files?.length || folders.length > 0) await placeFiles(container, spec.files ?? [], folders);
    // Engines before 25 take one network at creation. Before the start this only writes down what shall be.
    for (const { id, aliases } of spec.alsoIn ?? []) await attach(daemon, id, container.id, aliases);
    signal?.throwIfAborted();
    if (spec.output !== undefined) await hearOutput(container, spec.output);
    await start(container);
    const seen = await container.inspect();
    signal?.throwIfAborted();
    // Its own labels, for an image's come on top of them.
    return { ...runningContainer(seen, spec.network?.id), name: spec.name, labels: spec.labels };
  } catch (error) {
    // Where the removal fails too, the launch's own error is still the one worth reading; `topolab clean` finds the rest.
    // A daemon that is silent is not asked again at once, for nobody else gets a turn meanwhile.
    if (!isSilent(error)) await removeContainer(daemon, container.id).catch(() => undefined);
    if (signal?.aborted) throw signal.reason;
    throw notLaunched(daemon, spec, error);
  }
}

/**
 * A Swarm's managers give a container its address in an overlay network. Where they take longer than the engine waits, 20 s, it gives up with
 * `attaching to network failed`, and the container can be started once more.
 */
async function start(container: Container): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    if (!gotNoAddress(error)) throw error;
    await container.start();
  }
}

function gotNoAddress(error: unknown): boolean {
  return causeOf(error).includes('attaching to network failed');
}

function notLaunched({ held }: Daemon, spec: ContainerSpec, error: unknown): TopolabError {
  const node = spec.labels[Label.node] ?? spec.name;
  const cause = causeOf(error);
  if (statusOf(error) === 404 && /no such image/i.test(cause)) return noImage(node, spec.image, held, error);
  const port = takenPort(spec, cause);
  if (port !== undefined)
    return new TopolabError(`cannot launch ${node}: port ${port} of this machine is taken`, {
      code: 'port-taken',
      hint: `Stop what listens on 127.0.0.1:${port}, or choose another port.`,
      cause: error,
    });
  const nameTaken = statusOf(error) === 409 && cause.includes('already in use');
  return new TopolabError(
    `${node} (image ${spec.image}) could not be started: ${cause}`,
    unlessSilent(error, {
      code: 'container-not-started',
      ...(gotNoAddress(error) && {
        hint: 'The managers of the Swarm gave it no address within 20 s, twice: are more than half of them up (`docker node ls` on one of them)?',
      }),
      ...(nameTaken && { hint: 'An earlier run left it behind: `topolab clean` removes such containers.' }),
    }),
  );
}

function noImage(node: string, image: string, held: Daemon['held'], cause: unknown): TopolabError {
  const id = held.get(image);
  const [what, hint] =
    id === undefined
      ? [
          `there is no image ${image} here`,
          `Pull it (docker pull ${image}) or build it, or correct the name in the scenario.`,
        ]
      : [
          `what ${image} named when this command began, ${id}, is no longer here`,
          'Start the command again, and leave its images alone until it has ended.',
        ];
  return new TopolabError(`cannot launch ${node}: ${what}`, { code: 'image-not-found', hint, cause });
}

/** The published port that the daemon's message says is in use, as text; undefined where it says no such thing. */
function takenPort(spec: ContainerSpec, cause: string): string | undefined {
  if (!/port is already allocated|address already in use/i.test(cause)) return undefined;
  const asked = (spec.publish ?? []).map((port) => port.hostPort).filter((port) => port !== 0);
  if (asked.length === 0) return undefined;
  const named = asked.find((port) => new RegExp(`:${port}(?!\\d)`).test(cause));
  return named === undefined ? asked.join(' or ') : String(named);
}
