import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { loadPlanned } from '../../../orchestrator/commands/load-planned.ts';
import { loadSuiteRuns } from '../../../orchestrator/commands/load-suite-runs.ts';
import { validateCommand } from '../../../orchestrator/commands/validate.ts';
import { ExitCode } from '../../../orchestrator/errors.ts';
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

test('what several hosts do not carry is found in its scenarios, and only where they are meant', async () => {
  writeFileSync(
    join(folder, 'lan.yaml'),
    `name: lan
parameters: { algorithm: { of: [roundrobin, leastconn], default: roundrobin } }
groups:
  peers: { role: peer, replicas: 2, discovery: broadcast, files: { a: 1MiB } }
phases: [{ name: steady, duration: 10s }]
`,
  );
  writeFileSync(
    path,
    HEAD + SCENARIOS.replace('shop.yaml', 'lan.yaml').replace(/    set:.*\n    quick:.*\n/, '') + ROWS,
  );
  const said = async (acrossHosts: boolean) =>
    await loadSuiteRuns(path, { quick: false, acrossHosts }).catch((error: Error) => error.message);
  const broadcast = 'groups.peers: finds its peers by broadcast';
  expect(await said(true)).toContain(broadcast);
  expect(JSON.stringify(await said(false))).not.toContain(broadcast);
});

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

  test('may have a word for a figure that results say there is none of, and none for what is in no result', async () => {
    const withWord = (path: string) => ROWS.replace('"phases[steady].p95Ms"', `"${path}", missing: none`);
    expect(await problemsOf(HEAD + SCENARIOS + withWord('phases[steady].p95Ms'))).toBe('');
    expect(await problemsOf(HEAD + SCENARIOS + withWord('faults[0].impact.lost'))).toContain(
      'has no fault in its timeline; write it there, or leave the figure out',
    );
  });

  test('is told from a scenario', () => {
    writeFileSync(path, HEAD);
    expect(holdsSuite(path)).toBe(true);
    expect(holdsSuite(join(folder, 'shop.yaml'))).toBe(false);
    expect(holdsSuite(join(folder, 'nowhere.yaml'))).toBe(false);
  });
});

describe('a wrong suite says where, what is wrong, and what to write instead', () => {
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
    [
      'a phase beyond the last',
      figure('scenario: shop, figure: "phases[1].p95Ms"'),
      'shop has no [1] among its phases, the last of which is [0]; write a lower number, or a name',
    ],
    [
      'a figure of faults where there are none',
      figure('scenario: shop, figure: "faults[0].impact.lost"'),
      'shop has no fault in its timeline; write it there, or leave the figure out',
    ],
    [
      'a figure of rights where there are none',
      figure('scenario: shop, figure: "access.lost[c1].refusedEverywhereMs"'),
      'shop has no `access`, so nobody is refused there',
    ],
    [
      'a figure of switches where there are none',
      figure('scenario: shop, figure: "switches[0].switchedAfterMs"'),
      'shop has no `switch` in its timeline; write it there, or leave the figure out',
    ],
    [
      'a figure of lost storage where nothing is stored or destroyed',
      figure('scenario: shop, figure: "recovery.destructions[0].records.lost"'),
      'shop has no `records`, and no `destroy` in its timeline; write it there, or leave the figure out',
    ],
    [
      'a figure of churn where nobody comes or goes',
      figure('scenario: shop, figure: churn.lost'),
      'shop has no group with `churn`; write it there, or leave the figure out',
    ],
    [
      'two figures of one name',
      `${figure('scenario: shop, figure: loadMs')}      - { name: p95, scenario: shop, figure: whole.p95Ms }\n`,
      'rows.speed.figures[1].name: "p95" is there already; choose another name',
    ],
    [
      'a sum of nothing',
      figure('scenario: shop, sum: {}, unit: count, better: lower'),
      'rows.speed.figures[0].sum: is empty; write figures with their factors',
    ],
    [
      'a factor that makes nothing of it',
      figure('scenario: shop, figure: loadMs, times: 0, unit: count, better: lower'),
      'times: makes 0 of every figure; write another factor, or leave it out',
    ],
    [
      'a word that nobody sees',
      figure('scenario: shop, figure: loadMs, missing: " "'),
      'missing: is nothing to be seen; write a word',
    ],
  ])('%s', async (_, rows, message) => {
    expect(await problemsOf(HEAD + SCENARIOS + rows)).toContain(message);
  });

  test.each([
    [
      'a scenario that is not there',
      'scenarios: { shop: { file: nowhere.yaml } }\n',
      'suite.yaml:3:20 scenarios.shop: read scenario nowhere.yaml: there is no such file; write the path of a scenario',
    ],
    [
      'a suite in place of a scenario',
      'scenarios: { shop: { file: suite.yaml } }\n',
      'scenarios.shop: read scenario suite.yaml: this is a suite; write the path of a scenario',
    ],
    [
      'a value of what makes the columns',
      'scenarios: { shop: { file: shop.yaml, set: { algorithm: leastconn } } }\n',
      'scenarios.shop.set.algorithm: makes the columns, each of which has its own value; leave it out',
    ],
    [
      'values of a column that is not measured',
      'scenarios: { shop: { file: shop.yaml, columns: { leastconn: { set: { servers: 2 }, notMeasured: Why. } } } }\n',
      'columns.leastconn.set: stands beside `notMeasured`, by which nothing is run',
    ],
    [
      'a scenario that is measured nowhere',
      'scenarios: { shop: { file: shop.yaml, columns: { leastconn: { notMeasured: A. }, roundrobin: { notMeasured: B. } } } }\n',
      'scenarios.shop: is measured in no column; leave it out',
    ],
    [
      'no reason why nothing is measured',
      'scenarios: { shop: { file: shop.yaml, columns: { leastconn: { notMeasured: "" } } } }\n',
      'columns.leastconn.notMeasured: is nothing to be seen; write why',
    ],
    [
      'a list of values',
      'scenarios: { shop: { file: shop.yaml, set: { servers: [1, 2] } } }\n',
      'set.servers: is not one value; write text of up to 1000 characters, a number, or true or false',
    ],
    [
      'more scenarios than are ever read',
      `scenarios: { ${Array.from({ length: 101 }, (_, index) => `s${index}: { file: shop.yaml }`).join(', ')} }\n`,
      'scenarios: has more than 100 scenarios; write fewer',
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

  test('values for --quick, which a run without it never reads', async () => {
    const said: string[] = [];
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    writeFileSync(path, HEAD + SCENARIOS.replace('servers: 1', 'servers: 99') + ROWS);
    expect(await validateCommand([path], { set: [] })).toBe(ExitCode.usage);
    writeFileSync(path, HEAD + SCENARIOS + ROWS);
    expect(await validateCommand([path], { set: ['servers=2'] })).toBe(ExitCode.usage);
    spy.mockRestore();
    expect(said[0]).toContain('scenarios.shop: --set servers=99: 99 is out of bounds; write 1 to 9');
    expect(said[1]).toContain('a suite takes no --set');
  });

  test('a suite that is run as a scenario', async () => {
    writeFileSync(path, HEAD + SCENARIOS + ROWS);
    await expect(loadPlanned(path, {})).rejects.toThrow('suite.yaml: this is a suite');
  });

  test('a scenario that is run as a suite', () => {
    expect(() => loadSuite(join(folder, 'shop.yaml'), { quick: false })).toThrow(
      'shop.yaml: this is a scenario',
    );
  });

  test('what is no suite at all', async () => {
    expect(await problemsOf('- a\n')).toContain('suite.yaml:1:1 suite: is no mapping; write a suite');
  });
});
