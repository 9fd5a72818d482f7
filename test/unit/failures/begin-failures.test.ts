// What a failure study runs has its secrets, and what it keeps has none.
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beginFailures } from '../../../orchestrator/failures/begin-failures.ts';
import { undisturbed } from '../../../orchestrator/failures/trial-scenario.ts';
import { requireSecrets } from '../../../orchestrator/secrets/without-secrets.ts';
import { scenarioOf } from '../run/make-run.ts';

const PASSWORD = 'reads-feeds-9';
const scenario = undisturbed(
  scenarioOf({
    groups: { reader: { role: 'service', image: 'reader:1', port: 80, env: { ADMIN_PASSWORD: PASSWORD } } },
    load: {
      users: {
        script: '/users.js',
        target: 'reader',
        model: 'open',
        startRate: '2/s',
        stages: [{ duration: '30s', rate: '2/s' }],
        maxVirtualUsers: 10,
      },
    },
  }),
);

it('runs the program with the password that its users log in with, and keeps it in no file', async () => {
  const root = await mkdtemp(join(tmpdir(), 'begin-failures-'));
  const asked = { name: 'feeds', file: 'feeds.yaml', mostPairs: 0, groups: null };
  const { folder, study } = await beginFailures(root, { ...asked, variants: [{ set: {}, scenario }] });
  const [variant] = study.variants;
  expect(variant?.scenario.groups[0]?.env).toEqual({ ADMIN_PASSWORD: PASSWORD });
  expect(readFileSync(join(folder.path, 'failures.json'), 'utf8')).not.toContain(PASSWORD);
  const kept = (await folder.study()).variants.map((each) => each.scenario);
  expect(() => requireSecrets(kept, 'run feeds')).toThrow(
    /secrets were not saved \(env ADMIN_PASSWORD of reader\)/,
  );
});
