// Which answers the script expects: k6 hides what its own callbacks hold, so what they were made of is kept beside them.
import http from 'k6/http';

type Expected = number | { readonly min: number; readonly max: number };

export interface Answer {
  readonly status: number;
  readonly error_code?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Asked {
  readonly responseCallback?: unknown;
  readonly redirects?: unknown;
}

const DEFAULT: readonly Expected[] = [{ min: 200, max: 399 }];

const madeOf = new Map<unknown, readonly Expected[]>();
let inForce: readonly Expected[] | null = DEFAULT;

export function expectedStatuses(...statuses: Expected[]): unknown {
  const callback = (http.expectedStatuses as (...given: Expected[]) => unknown)(...statuses);
  madeOf.set(callback, statuses);
  return callback;
}

export function setResponseCallback(callback: unknown): void {
  (http.setResponseCallback as (given: unknown) => void)(callback);
  inForce = expectedBy(callback);
}

/** Answers that k6 follows. */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
let bounded = false;

/** The script's options say how many redirects are followed: the one after them is an answer that it wants. */
export function boundRedirects(): void {
  bounded = true;
}

/** Whether it only sends on: k6 has followed ten redirects and given up, so that its user got nowhere. */
export function sendsOn({ status, headers }: Answer, params: Asked | null | undefined): boolean {
  const isBounded = bounded || params?.redirects != null;
  return !isBounded && REDIRECTS.includes(status) && headers?.['Location'] !== undefined;
}

/** No answer is never expected. `null` as callback: k6 judges none of those that came. */
export function isExpected(status: number, params: Asked | null | undefined): boolean {
  if (status === 0) return false;
  const own = params?.responseCallback;
  const expected = own === undefined ? inForce : expectedBy(own);
  if (expected === null) return true;
  return expected.some((each) =>
    typeof each === 'number' ? each === status : status >= each.min && status <= each.max,
  );
}

function expectedBy(callback: unknown): readonly Expected[] | null {
  return callback === null ? null : (madeOf.get(callback) ?? DEFAULT);
}
