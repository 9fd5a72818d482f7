import { expect, test } from 'vitest';
import { scriptFault } from '../../../orchestrator/load/inspect-script.ts';
import { resolveLoad } from '../../../orchestrator/scenario/load/resolve-load.ts';
import { loadSchema } from '../../../orchestrator/scenario/load/load-schema.ts';

const load = resolveLoad(
  'users',
  loadSchema.parse({ model: 'script', target: 'web', script: 'users.js' }),
  '/shop',
);

test.each([
  ['GoError: stat /k/data-2.json: no such file or directory', /computes the names .* under `files:`/],
  ["function 'default' not found in exports", /^Export a default function/],
  ['TypeError: x is undefined', /^Correct the script/],
])('what k6 says (%s) gets a hint of its own', (line, hint) => {
  expect(scriptFault(load, [line], 'k6 refuses it')).toMatchObject({
    code: 'script-invalid',
    message: `use script users.js of load users: k6 refuses it\n  | ${line}`,
    hint: expect.stringMatching(hint),
  });
});
