import { describe, expect, test } from 'vitest';
import { decodeKey, routeOf } from '../../../node-image/user/route.ts';

describe('routes of the user interface', () => {
  test.each([
    ['/', '/', false],
    ['/ready', '/ready', false],
    ['/metrics?x=1', '/metrics', false],
    ['/work', '/work', true],
    ['/events?after=3', '/events', true],
    ['/events?after=3&waitMs=5', '/events?waitMs', true],
    ['/events/stream', '/events/stream', true],
    ['/files', '/files', true],
    ['/files/a/b.bin', '/files/NAME', true],
    ['/records/7', '/records/ID', true],
    ['/records', 'other', false],
    ['/../etc/passwd', 'other', false],
    ['*', 'other', false],
  ])('%s is %s, paid %s', (target, name, paid) => {
    const route = routeOf(target);
    expect([route.name, route.paid]).toEqual([name, paid]);
  });

  test('a key is decoded once', () => {
    expect(decodeKey('a%20b%252F')).toBe('a b%2F');
  });

  test.each(['', '%', 'a%00b', 'x'.repeat(257)])('the key %j is refused', (key) => {
    expect(() => decodeKey(key)).toThrow(/a name has|percent-encoding/);
  });
});
