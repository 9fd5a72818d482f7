// The suites that come along: sound with all their scenarios, quick or not, and named where people look for them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countTrials, loadSuiteRuns } from '../../../orchestrator/commands/load-suite-runs.ts';

const root = resolve(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guide/suites.md'), 'utf8');
const names = readdirSync(join(root, 'suites')).filter((name) => name.endsWith('.yaml'));

describe.each(names)('%s', (name) => {
  const path = join(root, 'suites', name);

  test('names the schema by which editors complete it, in its first line', () => {
    const [first = ''] = readFileSync(path, 'utf8').split('\n');
    expect(first).toMatch(/^# yaml-language-server: \$schema=\S+$/);
    expect(existsSync(resolve(dirname(path), first.replace(/^.*=/, '')))).toBe(true);
  });

  test('stands in the guide', () => {
    expect(guide).toContain(`[\`${name}\`](../../suites/${name})`);
  });

  test('is sound, and takes fewer trials with --quick', { timeout: 60_000 }, async () => {
    const [whole, quick] = [
      await loadSuiteRuns(path, { quick: false }),
      await loadSuiteRuns(path, { quick: true }),
    ];
    expect(`${whole.suite.name}.yaml`).toBe(name);
    expect(countTrials(quick.subjects)).toBeLessThan(countTrials(whole.subjects) / 3);
    expect(whole.suite.assumptions.length).toBeGreaterThan(0);
  });
});
