import { expect, test } from 'vitest';
import { serverEnvironment } from '../../../node-image/contract/server-environment.ts';

test('a server needs no settings', () => {
  expect(serverEnvironment.read({})).toMatchObject({
    port: 8080,
    requestCostMs: 0,
    databaseUrl: undefined,
    files: {},
    drainMs: 5000,
  });
});

test('all faults are told at once, with exit code 2 and without the password', () => {
  const env = { PORT: 'x', REQUEST_COST_MS: '-1', FILES: '{"a":-5}', DATABASE_URL: 'mysql://u:secret@h' };
  const thrown = (() => {
    try {
      return serverEnvironment.read(env);
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toMatchObject({ code: 'bad-env', exitCode: 2 });
  for (const name of Object.keys(env)) expect(String(thrown)).toContain(name);
  expect(String(thrown)).not.toContain('secret');
});
