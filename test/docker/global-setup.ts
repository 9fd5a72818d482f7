// Before the tests with containers: an engine answers and every image they use is there, so that `npm test` works on a bare
// machine. Says on stderr what takes long.
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { ensureImages } from '../../orchestrator/images/ensure-images.ts';
import {
  BASE_IMAGE,
  HAPROXY_IMAGE,
  K6_IMAGE,
  NODE_IMAGE,
  POSTGRES_IMAGE,
  PROMETHEUS_IMAGE,
} from '../../orchestrator/image-names.ts';
import { ensureDocker } from '../../orchestrator/setup/install-docker.ts';

const testImages = [BASE_IMAGE, NODE_IMAGE, HAPROXY_IMAGE, POSTGRES_IMAGE, PROMETHEUS_IMAGE, K6_IMAGE];
/** A step that says nothing for this long looks stuck. */
const linesEveryMs = 5_000;

/** Called once by vitest, whatever tests are chosen. */
export async function setup(): Promise<void> {
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal);
  const print = printer();
  try {
    const { signal } = interrupted;
    await ensureDocker({ signal, onStep: (step) => print(step.what, step) });
    await using engine = await connectDocker();
    const wanted = testImages.map((ref) => ({ ref }));
    await ensureImages(engine, wanted, {
      signal,
      allowSubstitutes: true,
      onStep: (step) => print(`${step.action} ${step.image}`, step),
    });
  } finally {
    process.removeListener('SIGINT', onSignal);
  }
}

/** Prints the beginning and end of each step and, every few seconds, its latest line. */
function printer(): (what: string, step: { readonly line?: string; readonly doneMs?: number }) => void {
  let printedMs = 0;
  return (what, { line, doneMs }) => {
    const nowMs = performance.now();
    if (line !== undefined && nowMs - printedMs < linesEveryMs) return;
    printedMs = nowMs;
    const rest = doneMs === undefined ? (line ?? '…') : `done in ${(doneMs / 1000).toFixed(1)} s`;
    process.stderr.write(`${what}: ${rest}\n`);
  };
}
