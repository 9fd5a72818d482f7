// Stands in for the module `k6`: sleep() ends with the load, and checks are counted in a way that can be added up over generators.
import * as k6 from 'k6';
import { Counter } from 'k6/metrics';
import { enterWindow, inIteration, leftMs, stopHere } from './iteration.ts';
import { boundedValue, safeTags } from './tags.ts';

export * from 'k6';

const counted = new Counter('topolab_checks');

type Sets = Record<string, unknown>;

/** What is no number, such as a variable that is not set, is no time for k6. */
export function sleep(seconds: number): void {
  const left = leftMs() / 1000;
  if (!(seconds > left)) return k6.sleep(seconds);
  k6.sleep(Math.max(0, left));
  stopHere();
}

/** k6 tells its own checks as a rate, which says nothing about how many there were. One that throws has failed, and what it throws goes on. */
export function check(value: unknown, sets: Sets, tags?: object): boolean {
  const checks = Object.keys(sets ?? {});
  if (inIteration()) enterWindow();
  let passed = true;
  const safe = safeTags(tags);
  for (const each of checks) {
    const name = boundedValue('check', each);
    let one = false;
    try {
      one = k6.check(value, { [name]: sets[each] } as Parameters<typeof k6.check>[1], safe);
    } finally {
      counted.add(1, { ...safe, check: name, outcome: one ? 'pass' : 'fail' });
    }
    passed &&= one;
  }
  return passed;
}

const own = k6 as unknown as { default?: object };
export default { ...(own.default ?? k6), sleep, check };
