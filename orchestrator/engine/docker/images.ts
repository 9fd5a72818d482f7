// Images: look, pull, build, import.
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { TopolabError } from '../../errors.ts';
import { splitTag } from '../../image-names.ts';
import type { ImageIdentity, Images, Labels, PullOptions } from '../engine.ts';
import { type Daemon, speaks } from './daemon.ts';
import { causeOf, unlessGone } from './docker-errors.ts';
import { unlessSilent } from '../engine-silent.ts';
import { jsonLines } from './json-lines.ts';
import { untilAborted } from './logs.ts';
import { ProgressMessage, PullProgress } from './progress.ts';

/** Lines of a build's output that its error quotes. */
const quotedLines = 20;

export function createImages(daemon: Daemon): Images {
  return {
    has: async (ref) => (await labelsOf(daemon, ref)) !== undefined,
    identity: (ref, platform) => identityOf(daemon, ref, platform),
    hold: (ref, id) => hold(daemon, ref, id),
    labels: (ref) => labelsOf(daemon, ref),
    pull: (ref, options) => pull(daemon, ref, options),
    build: (ref, context, options) => build(daemon, ref, context, options),
    importRootFs: (ref, tar, labels, signal) => importRootFs(daemon, ref, tar, labels, signal),
    save: (refs, signal) => save(daemon, refs, signal),
    load: (tar, signal) => load(daemon, tar, signal),
  };
}

async function labelsOf(daemon: Daemon, ref: string): Promise<Labels | undefined> {
  const image = await unlessGone(daemon.docker.getImage(ref).inspect());
  return image && (image.Config?.Labels ?? {});
}

async function identityOf(
  daemon: Daemon,
  ref: string,
  platform?: string,
): Promise<ImageIdentity | undefined> {
  const image = await unlessGone(inspect(daemon, ref, platform));
  if (image === undefined) return undefined;
  const parts = [image.Os, image.Architecture, image.Variant ?? ''].filter((part) => part !== '');
  return { id: image.Id, repoDigests: image.RepoDigests ?? [], platform: parts.join('/') };
}

async function hold(daemon: Daemon, ref: string, id: string): Promise<boolean> {
  const isThere = (await labelsOf(daemon, id)) !== undefined;
  if (isThere) daemon.held.set(ref, id);
  else daemon.held.delete(ref);
  return isThere;
}

/** Engine 28. Earlier ones don't know the question, and have each image for one platform mostly. */
const firstApiWithPlatforms = 49;

async function inspect({ docker, description }: Daemon, ref: string, platform?: string): Promise<Inspected> {
  if (platform === undefined || !speaks(description, firstApiWithPlatforms))
    return await docker.getImage(ref).inspect();
  const [os, architecture, variant] = platform.split('/');
  // dockerode sends options of an inspection where the engine does not look for them.
  const request = {
    path: `/images/${ref}/json?`,
    method: 'GET',
    options: { platform: JSON.stringify({ os, architecture, variant }) },
    statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
  };
  return await new Promise((resolve, reject) =>
    docker.modem.dial(request, (error, image) => (error ? reject(error) : resolve(image as Inspected))),
  );
}

/** Older engines leave the variant out. */
type Inspected = Pick<Docker.ImageInspectInfo, 'Id' | 'RepoDigests' | 'Os' | 'Architecture'> & {
  readonly Variant?: string | undefined;
};

async function pull(
  daemon: Daemon,
  ref: string,
  { onProgress, signal = daemon.closed, auth, platform }: PullOptions,
): Promise<void> {
  const progress = new PullProgress();
  try {
    signal.throwIfAborted();
    // The credentials by themselves: beside the other options they would stand in the address.
    const what = {
      fromImage: withTag(ref),
      ...(platform !== undefined && { platform }),
      abortSignal: signal,
    };
    const response = await daemon.docker.createImage(auth, what);
    for await (const message of messages(response, signal))
      for (const line of progress.lines(message, performance.now())) onProgress(line);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new TopolabError(
      `image ${ref} could not be pulled: ${causeOf(error)}`,
      unlessSilent(error, {
        code: 'image-not-pulled',
        hint: `Check that the registry can be reached and that the name is right. If a log-in is needed, use \`docker pull ${ref}\`.`,
      }),
    );
  }
}

async function build(
  daemon: Daemon,
  ref: string,
  context: Readable,
  options: Parameters<Images['build']>[2],
): Promise<void> {
  const signal = options.signal ?? daemon.closed;
  const last: string[] = [];
  try {
    signal.throwIfAborted();
    const response = await daemon.docker.buildImage(context, {
      t: ref,
      rm: true,
      forcerm: true,
      version: '1',
      ...(options.dockerfile !== undefined && { dockerfile: options.dockerfile }),
      ...(options.target !== undefined && { target: options.target }),
      ...(options.platform !== undefined && { platform: options.platform }),
      labels: { ...options.labels },
      buildargs: { ...options.buildArgs },
      abortSignal: signal,
    });
    for await (const message of messages(response, signal)) {
      for (const line of linesOf(message)) {
        options.onProgress(line);
        last.push(line);
        if (last.length > quotedLines) last.shift();
      }
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new TopolabError(
      [`image ${ref} could not be built: ${causeOf(error)}`, ...last.map((line) => `  ${line}`)].join('\n'),
      unlessSilent(error, {
        code: 'image-build-failed',
        hint: 'The last lines of its output show which step failed.',
      }),
    );
  } finally {
    context.destroy();
  }
}

async function importRootFs(
  daemon: Daemon,
  ref: string,
  tar: Readable,
  labels: Labels,
  signal: AbortSignal = daemon.closed,
): Promise<void> {
  const [repo, tag] = splitTag(ref);
  const changes = Object.entries(labels).map(
    ([key, value]) => `LABEL ${JSON.stringify(key)}=${JSON.stringify(value)}`,
  );
  try {
    signal.throwIfAborted();
    const response = await daemon.docker.importImage(tar, { repo, tag, changes, abortSignal: signal });
    for await (const _message of messages(response, signal)); // an error among them is thrown
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new TopolabError(
      `image ${ref} could not be imported: ${causeOf(error)}`,
      unlessSilent(error, { code: 'image-not-imported' }),
    );
  } finally {
    tar.destroy();
  }
}

/** dockerode knows this call for one image alone. */
async function save(
  daemon: Daemon,
  refs: readonly string[],
  signal: AbortSignal = daemon.closed,
): Promise<Readable> {
  const { modem } = daemon.docker;
  const statusCodes = { 200: true, 404: 'no such image', 500: 'server error' };
  return await new Promise((resolve, reject) => {
    modem.dial(
      {
        path: '/images/get?',
        method: 'GET',
        isStream: true,
        statusCodes,
        abortSignal: signal,
        options: { names: refs },
      },
      (error, response) => {
        if (error === null) return resolve(response as Readable);
        const failed = `images ${refs.join(', ')} could not be saved: ${causeOf(error)}`;
        reject(new TopolabError(failed, unlessSilent(error, { code: 'image-not-saved' })));
      },
    );
  });
}

async function load(daemon: Daemon, tar: Readable, signal: AbortSignal = daemon.closed): Promise<void> {
  try {
    signal.throwIfAborted();
    const response = await daemon.docker.loadImage(tar, { quiet: true });
    for await (const _message of messages(response, signal)); // an error among them is thrown
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new TopolabError(
      `images could not be loaded: ${causeOf(error)}`,
      unlessSilent(error, { code: 'image-not-loaded', hint: 'Look whether the disk of that host is full.' }),
    );
  } finally {
    tar.destroy();
  }
}

/** Docker's messages; an error message, or an abort, is thrown. */
async function* messages(
  response: NodeJS.ReadableStream,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage> {
  for await (const line of jsonLines(untilAborted(response, signal))) {
    const message = ProgressMessage.parse(line);
    if (message.error !== undefined) throw new Error(message.error);
    yield message;
  }
  signal.throwIfAborted();
}

function linesOf({ stream, status, id }: ProgressMessage): string[] {
  const text = stream ?? (status === undefined ? '' : `${id === undefined ? '' : `${id}: `}${status}`);
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Without a tag the API would pull every tag there is. */
function withTag(ref: string): string {
  if (ref.includes('@')) return ref;
  return splitTag(ref).join(':');
}
