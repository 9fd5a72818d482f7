import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadSuiteRuns } from '../../../orchestrator/commands/load-suite-runs.ts';
import { holdsSuite, loadSuite } from '../../../orchestrator/suite/load-suite.ts';
import { narrowSuite } from '../../../orchestrator/suite/narrow-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'topolab-suites-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'suite.yaml');

writeFileSync(join(folder, 'users.js'), 'export default () => {};\n');
writeFileSync(
  join(folder, 'shop.yaml'),
  `name: shop
parameters:
  algorithm: { of: [roundrobin, leastconn], default: roundrobin }
  servers: { type: integer, min: 1, max: 9, default: 1 }
groups:
  web: { role: server, replicas: "\${servers}" }
  balancer: { role: balancer, balances: web, algorithm: "\${algorithm}" }
load:
  users: { script: users.js, target: balancer, model: open, stages: [{ duration: 10s, rate: 5/s }], maxVirtualUsers: 5 }
phases: [{ name: steady, duration: 10s }]
`,
);

const HEAD = `name: t
columns: { parameter: algorithm, values: [roundrobin, leastconn] }
`;
const SCENARIOS = `scenarios:
  shop:
    file: shop.yaml
    set: { servers: 2 }
    quick: { trials: 2, set: { servers: 1 } }
`;
const ROWS = `rows:
  speed:
    figures:
      - { name: p95, scenario: shop, figure: "phases[steady].p95Ms" }
`;

async function problemsOf(text: string): Promise<string> {
  writeFileSync(path, text);
  return await loadSuiteRuns(path, { quick: false }).then(
    () => '',
    (error: Error) => error.message.replaceAll(`${folder}/`, ''),
  );
}

describe('a sound suite', () => {
  test('takes unit and direction from what is known of the figure, and a scenario for each column', async () => {
    writeFileSync(path, HEAD + SCENARIOS + ROWS);
    const { suite, subjects } = await loadSuiteRuns(path, { quick: false });
    expect(suite.rows[0]?.figures[0]).toMatchObject({ unit: 'milliseconds', better: 'lower' });
    expect(subjects.map(({ column, trials }) => [column, trials])).toEqual([
      ['roundrobin', 6],
      ['leastconn', 6],
    ]);
    expect(subjects.map(({ resolved }) => resolved.parameters)).toEqual([
      { algorithm: 'roundrobin', servers: 2 },
      { algorithm: 'leastconn', servers: 2 },
    ]);
  });

  test('has other values and fewer trials with --quick, and so many as --trials says', () => {
    writeFileSync(path, HEAD + SCENARIOS + ROWS);
    const quick = loadSuite(path, { quick: true }).suite.scenarios[0];
    expect(quick?.trials).toBe(2);
    expect(quick?.columns[0]?.set).toEqual({ servers: '1', algorithm: 'roundrobin' });
    expect(loadSuite(path, { quick: true, trials: 9 }).suite.scenarios[0]?.trials).toBe(9);
  });

  test('may be narrowed to a row and a column, with the scenarios that they need', () => {
    const more = `${SCENARIOS}  other: { file: shop.yaml }\n${ROWS}  others:\n    figures: [{ name: a, scenario: other, figure: loadMs }]\n`;
    writeFileSync(path, HEAD + more);
    const { suite } = loadSuite(path, { quick: false });
    const narrow = narrowSuite(suite, { rows: ['speed'], columns: ['leastconn'] });
    expect(narrow.scenarios.map(({ name }) => name)).toEqual(['shop']);
    expect(narrow.scenarios[0]?.columns.map(({ column }) => column)).toEqual(['leastconn']);
    expect(() => narrowSuite(suite, { rows: ['sped'], columns: [] })).toThrow('did you mean "speed"?');
  });

  test('is told from a scenario', () => {
    writeFileSync(path, HEAD);
    expect(holdsSuite(path)).toBe(true);
    expect(holdsSuite(join(folder, 'shop.yaml'))).toBe(false);
    expect(holdsSuite(join(folder, 'nowhere.yaml'))).toBe(false);
  });
});

describe('a faulty suite says where, what is wrong, and what to write instead', () => {
  const figure = (changes: string) => `rows:\n  speed:\n    figures:\n      - { name: p95, ${changes} }\n`;

  test.each([
    [
      'an unknown scenario',
      figure('scenario: shp, figure: loadMs'),
      'suite.yaml:11:32 rows.speed.figures[0].scenario: "shp" is no scenario of this suite; did you mean "shop"?',
    ],
    [
      'an unknown figure',
      figure('scenario: shop, figure: whole.p959Ms'),
      'report.json of a run has no figure "whole.p959Ms"; did you mean "whole.p95Ms"?',
    ],
    [
      'an unknown phase',
      figure('scenario: shop, figure: "phases[stedy].p95Ms"'),
      'shop has none called "stedy" among its phases; did you mean "steady"?',
    ],
    [
      'an unknown unit',
      figure('scenario: shop, figure: loadMs, unit: hours'),
      '"hours" is not known here; write one of milliseconds',
    ],
    [
      'a unit that is not that of the figure',
      figure('scenario: shop, figure: loadMs, unit: seconds'),
      'is not what the figure is in; write milliseconds, or leave it out',
    ],
    [
      'no unit for what was computed',
      figure('scenario: shop, figure: loadMs, times: 2, better: lower'),
      'has no unit; write `unit`',
    ],
    ['neither figure nor sum', figure('scenario: shop'), 'has neither `figure` nor `sum`; write one'],
    ['a row without figures or a reason', 'rows:\n  speed: {}\n', 'rows.speed: has no figures'],
  ])('%s', async (_, rows, message) => {
    expect(await problemsOf(HEAD + SCENARIOS + rows)).toContain(message);
  });

  test.each([
    [
      'a scenario that is not there',
      'scenarios: { shop: { file: nowhere.yaml } }\n',
      'there is no such file',
    ],
    [
      'a value that the scenario does not take',
      'scenarios: { shop: { file: shop.yaml, set: { servers: 99 } } }\n',
      '--set servers=99',
    ],
    [
      'a column that is none',
      'scenarios: { shop: { file: shop.yaml, columns: { leastcon: {} } } }\n',
      'is no column of this suite; did you mean "leastconn"?',
    ],
    [
      'a scenario that asks for no capacity',
      'scenarios: { shop: { file: shop.yaml, command: capacity } }\n',
      'rows.speed.figures[0].figure',
    ],
    [
      'a scenario that no figure asks for',
      `${SCENARIOS}  idle: { file: shop.yaml }\n`,
      'no figure asks for it',
    ],
  ])('%s', async (_, scenarios, message) => {
    expect(await problemsOf(HEAD + scenarios + ROWS)).toContain(message);
  });

  test('what is no suite at all', async () => {
    expect(await problemsOf('- a\n')).toContain('is no mapping; write a suite');
  });
});
