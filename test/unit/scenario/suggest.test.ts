import { expect, test } from 'vitest';
import { instead, nearest } from '../../../orchestrator/scenario/text/suggest.ts';

test.each([
  ['replica', ['replicas', 'role'], 'replicas'],
  ['Store', ['store', 'role'], 'store'],
  ['paek', ['peak', 'ramp'], 'peak'],
  ['up', ['down', 'left'], undefined],
  ['x', [], undefined],
])('the word nearest to "%s" of %j is %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

test.each([
  ['servr', ['server', 'store'], 'did you mean "server"?'],
  ['zebra', ['server', 'store'], 'write one of server, store'],
  ['zebra', ['server'], 'write "server"'],
  ['zebra', [], 'there are none'],
  ['pod-kill', ['stop', 'kill'], 'did you mean "kill"?'],
  ['network-partition', ['kill', 'partition'], 'did you mean "partition"?'],
  ['constant-arrival-rate', ['open', 'closed'], 'did you mean "open"?'],
  ['vus', ['duration', 'virtualUsers'], 'did you mean "virtualUsers"?'],
  ['vus', ['rate', 'duration'], 'write one of rate, duration'],
  ['services', ['groups', 'load'], 'did you mean "groups"?'],
  ['constructor', ['groups', 'load'], 'write one of groups, load'],
])('instead of "%s" where %j are known: %s', (word, known, expected) => {
  expect(instead(word, known)).toBe(expected);
});
