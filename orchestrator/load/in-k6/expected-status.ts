// Which answers the script expects: k6 hides what its own callbacks hold, so what they were made of is kept beside them.
import http from 'k6/http';

type Expected = number | { readonly min: number; readonly max: number };

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

/** No answer is never expected. `null` as callback: k6 judges none of those that came. */
export function isExpected(
  status: number,
  params: { responseCallback?: unknown } | null | undefined,
): boolean {
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
