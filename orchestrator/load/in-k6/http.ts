// Stands in for the module `k6/http`. Every request of an iteration is counted as it starts and as it ends, carries the window in which it
// started, and ends before k6 would cut it off: then it is a failed request with the time that it had waited.
import http from 'k6/http';
import { durationMs } from './duration-ms.ts';
import {
  type Answer,
  expectedStatuses,
  isExpected,
  sendsOn,
  setResponseCallback,
} from './expected-status.ts';
import { holdUntilTold, leftMs, requestTags, stopHere } from './iteration.ts';
import { begin, end, endLost, hang, lose, type Started } from './requests.ts';
import { boundedValue, safeTags } from './tags.ts';
import { asUser } from './user.ts';

export * from 'k6/http';
export { expectedStatuses, setResponseCallback };

interface Params {
  timeout?: unknown;
  tags?: object;
  headers?: object;
  responseCallback?: unknown;
  redirects?: unknown;
}

type Request = (method: string, url: unknown, body?: unknown, params?: Params | null) => Answer;
type AsyncRequest = (...args: Parameters<Request>) => Promise<Answer>;
/** Where one of them can't be made k6 makes none, and there are no answers to those after it. */
type Batch = (requests: object) => Record<string, Answer | null | undefined>;

const NO_ANSWER: Answer = { status: 0 };
/** k6's own, where a request names none. */
const DEFAULT_TIMEOUT_MS = 60_000;

const k6Request = http.request as unknown as Request;
const k6AsyncRequest = http.asyncRequest as unknown as AsyncRequest;
const k6Batch = http.batch as unknown as Batch;

export const request: Request = (method, url, body, params) => {
  const safe = bounded(asUser(url, params), url);
  const begun = begin(1);
  let answer: Answer;
  try {
    answer = k6Request(method, url, body, safe);
  } catch (error) {
    lose(begun, undefined, safe?.tags);
    hang(begun);
    throw error;
  }
  settle(begun, answer, params, safe?.tags);
  if (answer.status === 0) hang(begun);
  return answer;
};

export const asyncRequest: AsyncRequest = async (method, url, body, params) => {
  const safe = bounded(asUser(url, params), url);
  const begun = begin(1);
  const release = holdUntilTold();
  let answer: Answer;
  try {
    answer = await k6AsyncRequest(method, url, body, safe);
  } catch (error) {
    lose(begun, undefined, safe?.tags);
    hang(begun);
    throw error;
  } finally {
    release();
  }
  settle(begun, answer, params, safe?.tags);
  if (answer.status === 0) hang(begun);
  return answer;
};

export const batch: Batch = (requests) => {
  const entries = Object.entries(requests);
  const safe = entries.map(([name, each]) => [name, boundedEntry(each)] as const);
  const begun = begin(entries.length);
  let answers: ReturnType<Batch>;
  try {
    answers = k6Batch(Array.isArray(requests) ? safe.map(([, each]) => each) : Object.fromEntries(safe));
  } catch (error) {
    for (const [, each] of safe) lose(begun, undefined, paramsOf(each)?.tags);
    hang(begun);
    throw error;
  }
  for (const [index, [name, each]] of entries.entries()) {
    const tags = paramsOf(safe[index]?.[1])?.tags;
    settle(begun, answers[name] ?? NO_ANSWER, paramsOf(each), tags);
  }
  if (Object.values(answers).some((answer) => (answer ?? NO_ANSWER).status === 0)) hang(begun);
  return answers;
};

export const get = (url: unknown, params?: Params | null) => request('GET', url, null, params);
export const head = (url: unknown, params?: Params | null) => request('HEAD', url, null, params);
export const post = withBody('POST');
export const put = withBody('PUT');
export const patch = withBody('PATCH');
export const options = withBody('OPTIONS');
export const del = withBody('DELETE');

const standIns = {
  request,
  asyncRequest,
  batch,
  get,
  head,
  post,
  put,
  patch,
  options,
  del,
  expectedStatuses,
  setResponseCallback,
};
export default { ...http, ...standIns };

function withBody(method: string) {
  return (url: unknown, body?: unknown, params?: Params | null) => request(method, url, body, params);
}

/** The parameters of a request of this iteration: it ends with the load, and its tags are in bounds. The same object where nothing changes. */
function bounded(params: Params | null | undefined, url: unknown): Params | null | undefined {
  const tags = withRequestTags(safeTags(params?.tags), url);
  const left = Math.floor(leftMs());
  if (left <= 0) stopHere();
  const wanted = durationMs(params?.timeout ?? DEFAULT_TIMEOUT_MS);
  const tooLong = wanted !== undefined && wanted > left;
  if (!tooLong && tags === params?.tags) return params;
  return {
    ...params,
    ...(tags === undefined ? {} : { tags }),
    ...(tooLong ? { timeout: left } : {}),
  };
}

/** What something is asked by: without it each request has the tag `name` that its script gives, and no other of these. */
function withRequestTags(tags: object | undefined, url: unknown): object | undefined {
  const missing = requestTags().filter((tag) => !Object.hasOwn(tags ?? {}, tag));
  if (missing.length === 0) return tags;
  const { url: clean = String(url), name = clean } = Object(url) as { url?: string; name?: string };
  const values = { name, url: clean };
  return { ...tags, ...Object.fromEntries(missing.map((tag) => [tag, boundedValue(tag, values[tag])])) };
}

/** A request of a batch in one of k6's forms: a URL, `[method, url, body, params]`, or an object. */
function boundedEntry(entry: unknown): unknown {
  if (Array.isArray(entry)) {
    const [method, url, body] = entry as unknown[];
    return [method, url, body ?? null, bounded(asUser(url, paramsOf(entry)), url) ?? null];
  }
  if (typeof entry === 'string')
    return ['GET', entry, null, bounded(asUser(entry, undefined), entry) ?? null];
  if (entry === null || typeof entry !== 'object' || !('method' in entry)) return entry;
  const { url } = entry as { url?: unknown };
  return { ...entry, params: bounded(asUser(url, paramsOf(entry)), url) };
}

function paramsOf(entry: unknown): Params | undefined {
  if (entry === null || typeof entry !== 'object') return undefined;
  if (Array.isArray(entry)) return (entry[3] as Params | null) ?? undefined;
  return (entry as { params?: Params }).params ?? undefined;
}

/** @param tags of the request, as k6 has got them. */
function settle(
  begun: Started | undefined,
  answer: Answer,
  params: Params | null | undefined,
  tags: object | undefined,
): void {
  if (answer.status === 0) return lose(begun, answer.error_code, tags);
  if (sendsOn(answer, params)) return endLost(begun, tags);
  end(begun, isExpected(answer.status, params));
}
