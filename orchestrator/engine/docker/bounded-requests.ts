// The bound on every wait for the daemon, in one place: docker-modem's dial, through which each request goes. A daemon can stay
// silent for good (Docker 20.10 can dead-lock while containers are removed), and its client waits as long.
import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import { type DaemonRequest, describeRequest } from './describe-request.ts';
import { engineSilent } from '../engine-silent.ts';
import { patient } from '../../patience.ts';

/** Longest silences, milliseconds from when a request is sent, before they are stretched by patience. */
export interface RequestBounds {
  /** Of a daemon that is asked who it is, ssh log-in included. */
  readonly greetMs: number;
  /** Of a daemon that was asked something: inspect, list, read a log or a file. */
  readonly askMs: number;
  /** Of one that has work to do: create, start, signal, resize, place files, begin a command, networks and volumes. */
  readonly changeMs: number;
  /** Of a removal, which may kill first (Docker gives that 12 s), and of leaving a network. */
  readonly removeMs: number;
  /** Between two signs of progress of a pull, a build, an import, or a hand-over of images. A compiler may say nothing for minutes. */
  readonly progressMs: number;
}

export const requestBounds: RequestBounds = {
  greetMs: 20_000,
  askMs: 60_000,
  changeMs: 120_000,
  removeMs: 90_000,
  progressMs: 30 * 60_000,
};

interface Bound {
  readonly silenceMs: number;
  /** Whether it holds for what comes after the answer has begun, too. Streams that live long are bounded until then only. */
  readonly body: boolean;
}

/**
 * From now on every request of this client fails with `engine-silent`, and its connection is cut, where the daemon is silent for
 * longer than its bound. Waiting for a container's end is exempt: that takes as long as the container does.
 */
export function boundRequests({ modem }: Docker, bounds: RequestBounds): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (request, callback = () => {}) => {
    const bound = boundOf(request, bounds);
    if (bound === undefined) return dial(request, callback);
    const silent = () => engineSilent(describeRequest(request), bound.silenceMs);
    const cut = new AbortController();
    let over = false;
    const end: typeof callback = (error, result) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      if (bound.body && error === null) boundBody(result as IncomingMessage, bound.silenceMs, silent);
      callback(error, result);
    };
    const timer = setTimeout(() => {
      // Told from here: what an aborted client calls back with depends on how far the answer had come.
      end(silent(), null);
      cut.abort();
    }, bound.silenceMs);
    const abortSignal =
      request.abortSignal === undefined ? cut.signal : AbortSignal.any([request.abortSignal, cut.signal]);
    dial({ ...request, abortSignal }, end);
  };
}

function boundOf({ method, path }: DaemonRequest, bounds: RequestBounds): Bound | undefined {
  if (/\/wait\b/.test(path)) return undefined;
  if (/^\/(build|images\/(create|get|load))\b/.test(path))
    return { silenceMs: patient(bounds.progressMs), body: true };
  if (/^\/(version|info)$/.test(path)) return { silenceMs: patient(bounds.greetMs), body: false };
  if (method === 'DELETE' || path.endsWith('/disconnect'))
    return { silenceMs: patient(bounds.removeMs), body: false };
  if (method !== 'GET' && method !== 'HEAD') return { silenceMs: patient(bounds.changeMs), body: false };
  // The answer to HEAD has no body: nobody reads it, and its end would never be seen.
  return { silenceMs: patient(bounds.askMs), body: method === 'GET' && /\/archive\b/.test(path) };
}

/** Read from its socket rather than from the answer itself, which whoever asked has not begun to read. */
function boundBody(body: IncomingMessage, silenceMs: number, silent: () => Error): void {
  const { socket } = body;
  const timer = setTimeout(() => body.destroy(silent()), silenceMs);
  const onData = (): void => void timer.refresh();
  socket.on('data', onData);
  body.once('close', () => {
    clearTimeout(timer);
    socket.off('data', onData);
  });
}
