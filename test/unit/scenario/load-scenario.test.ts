import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ExitCode, TopolabError } from '../../../orchestrator/errors.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';

// Bounds on work are held by CPU time; on a busy machine that takes its while.
vi.setConfig({ testTimeout: 60_000 });

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/scenarios');

async function problemOf(file: string): Promise<TopolabError> {
  const error: unknown = await loadScenario(resolve(FIXTURES, file)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TopolabError) return error;
  throw new Error(`${file} was read without a problem`, { cause: error });
}

describe('a wrong scenario file', () => {
  test.each([
    ['has all problems of its fields reported at once, each with its place', 'wrong-fields.yaml'],
    ['has names that do not exist or clash reported, with the nearest one', 'wrong-names.yaml'],
    ['has its entries checked although the frame around them is wrong', 'wrong-frame.yaml'],
    ['has duplicate keys reported beside other problems', 'wrong-duplicates.yaml'],
    ['has peers, links, churn and parameters checked like everything else', 'wrong-peers.yaml'],
    ['has kills, link changes and variants checked as well', 'wrong-changes.yaml'],
    ['has merged and aliased parts traced to where they stand', 'wrong-aliases.yaml'],
    ['has values of the wrong kind reported', 'wrong-kinds.yaml'],
    ['has aliases without an anchor reported', 'wrong-anchors.yaml'],
    ['may be empty', 'empty.yaml'],
    ['may hold a list', 'list.yaml'],
    ['may be a module with problems that types do not show', 'wrong-module.ts'],
    ['may be a module without a default export', 'no-export.ts'],
    ['may be a module that throws', 'throws.ts'],
  ])('%s', async (_, file) => {
    const error = await problemOf(file);
    expect(error).toMatchObject({ code: 'scenario-invalid', exitCode: ExitCode.usage });
    const message = error.message.replaceAll(`${FIXTURES}/`, '');
    await expect(`${message}\n`).toMatchFileSnapshot(`../../fixtures/scenarios/golden/${file}.txt`);
  });

  test.each(['missing.yaml', 'missing.ts'])('that is not there (%s) ends with exit code 2', async (file) => {
    expect(await problemOf(file)).toMatchObject({ code: 'scenario-not-found', exitCode: ExitCode.usage });
  });

  test('of an unknown kind says which kinds there are', async () => {
    const error = await problemOf('scenario.toml');
    expect(error.exitCode).toBe(ExitCode.usage);
    expect(error.hint).toContain('.yaml');
  });

  test('has every problem on a line that starts with file, line and column', async () => {
    const { message } = await problemOf('wrong-fields.yaml');
    for (const line of message.split('\n').slice(1)) expect(line).toMatch(/^\S+\.yaml:\d+:\d+ \S+: \S/);
  });
});

describe('a good scenario file', () => {
  test('in YAML gives a scenario with every default filled in', async () => {
    const scenario = await loadScenario(resolve(FIXTURES, 'complete.yaml'));
    const portable = JSON.stringify(scenario, null, 2).replaceAll(FIXTURES, '');
    await expect(`${portable}\n`).toMatchFileSnapshot('../../fixtures/scenarios/golden/complete.json');
  });

  test('may be a TypeScript module', async () => {
    const scenario = await loadScenario(resolve(FIXTURES, 'module.ts'));
    expect(scenario).toMatchObject({ name: 'module', durationMs: 10_000, phases: [{ name: 'run' }] });
  });

  test('finds scripts beside itself, not in the working directory', async () => {
    const scenario = await loadScenario(resolve(FIXTURES, 'complete.yaml'));
    const script = scenario.loads[0]?.scriptPath ?? '';
    expect(script).toBe(resolve(FIXTURES, 'load/steady.ts'));
    expect(await readFile(script, 'utf8')).toContain('default');
  });
});
