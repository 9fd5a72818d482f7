// Stands in for the module `k6/net/grpc`: calls are counted as HTTP requests are, end before k6 would cut them off, and fail where their status is
// not OK. A stream is a call that its first message answers, and its iteration lasts as long as it does.
import grpc from 'k6/net/grpc';
import { durationMs } from './duration-ms.ts';
import {
  holdOpen,
  holdUntilTold,
  inIteration,
  leftMs,
  noteDisconnection,
  onceOver,
  requestTags,
  stopHere,
} from './iteration.ts';
import { begin, closeAnswered, end, hang, leaveOpen, lose, type Started } from './requests.ts';
import { safeTags } from './tags.ts';

export * from 'k6/net/grpc';

interface Params {
  timeout?: unknown;
  tags?: object;
}

interface Answer {
  readonly status: number;
}

type Native = object & {
  invoke(method: string, request: unknown, params?: Params | null): Answer;
  asyncInvoke(method: string, request: unknown, params?: Params | null): Promise<Answer>;
};
type Constructor = new (...args: unknown[]) => object;

interface StreamError {
  readonly code?: number;
  readonly message?: string;
}

interface NativeStream {
  on(event: 'data' | 'error' | 'end', handler: (told: StreamError) => void): void;
}

/** k6's own, where a call names none. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** Cancelled, deadline exceeded, unavailable: nobody answered. */
const CANCELLED = 1;
/** What k6 says of a stream whose script has closed the client. */
const CLOSED_HERE = 'canceled by client (k6)';
const WITHOUT_ANSWER: readonly number[] = [CANCELLED, 4, 14];

const natives = new WeakMap<object, object>();

function settle(begun: Started | undefined, { status }: Answer, params: Params): void {
  if (!WITHOUT_ANSWER.includes(status)) return end(begun, status === grpc.StatusOK);
  lose(begun, undefined, params.tags);
  hang(begun);
}

/** @param method its path, which k6 has as its name where the call has none. */
function bounded(params: Params | null | undefined, method: string): Params {
  const left = Math.floor(leftMs());
  if (left <= 0) stopHere();
  const wanted = durationMs(params?.timeout ?? DEFAULT_TIMEOUT_MS);
  const isNamed = !requestTags().includes('name') || Object.hasOwn(params?.tags ?? {}, 'name');
  const tags = isNamed ? safeTags(params?.tags) : { ...safeTags(params?.tags), name: method };
  return {
    ...params,
    ...(tags !== undefined && { tags }),
    ...(wanted !== undefined && wanted > left && { timeout: left }),
  };
}

function counted(client: Native): Partial<Native> {
  return {
    invoke(method, request, params) {
      const safe = bounded(params, method);
      const begun = begin(1);
      let answer: Answer;
      try {
        answer = client.invoke(method, request, safe);
      } catch (error) {
        lose(begun, undefined, safe.tags);
        throw error;
      }
      settle(begun, answer, safe);
      return answer;
    },
    async asyncInvoke(method, request, params) {
      const safe = bounded(params, method);
      const begun = begin(1);
      const release = holdUntilTold();
      let answer: Answer;
      try {
        answer = await client.asyncInvoke(method, request, safe);
      } catch (error) {
        lose(begun, undefined, safe.tags);
        throw error;
      } finally {
        release();
      }
      settle(begun, answer, safe);
      return answer;
    },
  };
}

/** k6's client takes no properties, nor lets any of its own be seen as another: what stands for it hands on all but calls. */
export const Client = function (...args: unknown[]): object {
  const native = new (grpc.Client as unknown as Constructor)(...args) as Native;
  const own = counted(native);
  const client = new Proxy(
    {},
    {
      get(_, name) {
        const value: unknown = Reflect.get(own, name) ?? Reflect.get(native, name);
        return typeof value === 'function' ? (value.bind(native) as unknown) : value;
      },
    },
  );
  natives.set(client, native);
  return client;
} as unknown as Constructor;

export const Stream = function (client: object, ...args: unknown[]): object {
  const open = () =>
    new (grpc.Stream as unknown as Constructor)(natives.get(client) ?? client, ...args) as NativeStream;
  if (!inIteration()) return open();
  const begun = begin(1);
  const tags = safeTags((args[1] as Params | null | undefined)?.tags);
  try {
    const stream = open();
    follow(stream, begun, tags);
    return stream;
  } catch (error) {
    lose(begun, undefined, tags);
    throw error;
  }
} as unknown as Constructor;

/** One that is open when the load is over is k6's to end, and no failure unless nothing has come by it. */
function follow(stream: NativeStream, begun: Started | undefined, tags: object | undefined): void {
  let isTold = false;
  const tell = (how: () => void) => {
    if (!isTold) how();
    isTold = true;
  };
  const isLost = () => {
    lose(begun, undefined, tags);
    hang(begun);
  };
  const release = holdOpen();
  const endWait = onceOver(() => {
    if (isTold) leaveOpen(begun, tags);
    tell(isLost);
    release();
  });
  stream.on('data', () => tell(() => end(begun, true)));
  stream.on('error', ({ code, message }) => {
    if (isTold && (code === CANCELLED || message === CLOSED_HERE)) return closeAnswered(begun, tags);
    if (leftMs() > 0) noteDisconnection();
    tell(() => (WITHOUT_ANSWER.includes(code ?? 0) ? isLost() : end(begun, false)));
  });
  stream.on('end', () => {
    endWait();
    tell(() => end(begun, true));
    release();
  });
}

export default { ...grpc, Client, Stream };
