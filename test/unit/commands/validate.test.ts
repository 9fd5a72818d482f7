// `validate` and `run` look at a scenario with the same eyes: what the one calls valid the other can begin.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSweep } from '../../../orchestrator/commands/load-sweep.ts';
import { ScenarioInvalid } from '../../../orchestrator/scenario/load-scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'topolab-validate-'));
const path = join(folder, 'scenario.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const files = {
    'users.js': "import { sum } from './sum.js';\nexport default () => sum(1, 2);\n",
    'sum.js': 'export const sum = (a, b) => a + b;\n',
    'torn.js': 'export default () => {\n  const a = ;\n};\n',
    'lonely.js': "import { sum } from './nowhere.js';\nexport default () => sum(1, 2);\n",
    'reader.js': "const data = open('./data.json');\nexport default () => data;\n",
    'computed.js': 'const data = open(`./data-${1}.json`);\nexport default () => data;\n',
    'data-1.json': '[]',
    'named.js': 'export function users() {}\n',
    'common.js': 'module.exports.default = () => {};\n',
    'handed-on.js': "export { default } from './users.js';\n",
    'empty.txt': '\n',
    'long.txt': 'x'.repeat(65_537),
    'password.txt': 'hunter2\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'sub'));
  symlinkSync('/etc/hostname', join(folder, 'link.txt'));
});

function scenario(load: string, web = 'image: shop'): string {
  return `name: checked
parameters: { n: { type: integer, default: 2, max: 20000 } }
groups:
  web: { role: server, replicas: "\${n}", ${web} }
load:
  users: { target: web, model: open, stages: [{ duration: 10s, rate: 5/s }], ${load} }
`;
}

/** What is said of a file: its lines without its name. Empty where it is valid with each of the values. */
async function saidOf(
  text: string,
  sets: readonly Record<string, string>[] = [{}],
  acrossHosts = false,
): Promise<readonly string[]> {
  writeFileSync(path, text);
  try {
    await loadSweep(path, sets, { acrossHosts });
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioInvalid)) throw error;
    return error.lines.map((line) => line.replace(`${path}:`, ''));
  }
}

test('what several hosts do not carry is found in the largest size of a study as well', async () => {
  const text = `name: checked
groups:
  web: { role: server }
  peers: { role: peer, replicas: 2, files: { a: 1MiB } }
  tracker: { role: tracker }
load:
  users: { target: web, model: open, stages: [{ duration: 10s, rate: 5/s }], script: users.js, maxVirtualUsers: 5 }
objectives: [{ latency: { percentile: 95, below: 300ms } }]
capacity:
  load: users
  sizes: { group: peers, replicas: [2, 24] }
  rate: { from: 5/s, to: 50/s }
`;
  expect(await saidOf(text)).toEqual([]);
  expect(await saidOf(text, [{}], true)).toEqual([
    expect.stringMatching(
      /^11:3 capacity\.sizes: the largest is too much: groups\.peers is among more than 20/,
    ),
  ]);
});

test.each<[what: string, load: string, web: string | undefined, said: (string | RegExp)[]]>([
  ['a sound script and its import', 'script: users.js', undefined, []],
  ['a syntax error', 'script: torn.js', undefined, ['6:86 load.users.script: torn.js:2:13 Unexpected ";"']],
  [
    'an import of nothing',
    'script: lonely.js',
    undefined,
    ['6:86 load.users.script: lonely.js:1:21 Could not resolve "./nowhere.js"'],
  ],
  [
    'an opened file that is missing',
    'script: reader.js',
    undefined,
    ['6:86 load.users.script: reader.js:1:14 open("./data.json"): there is no such file'],
  ],
  [
    'a script without a default function',
    'script: named.js',
    undefined,
    [
      /^6:86 load\.users\.script: exports no default function, which is what users run; write `export default/,
    ],
  ],
  ['a default function of another module', 'script: handed-on.js', undefined, []],
  ['a script in CommonJS', 'script: common.js', undefined, []],
  ['a computed name whose files are named', 'script: computed.js, files: [data-1.json]', undefined, []],
  [
    'files that are none, beside a sound one',
    'script: computed.js, files: [data-1.json, data-2.json, sub, /etc/hostname]',
    undefined,
    [
      /^6:120 load\.users\.files\[1\]: there is no file ".*data-2\.json"$/,
      /^6:133 load\.users\.files\[2\]: ".*sub" can't be read: it is a folder$/,
      /^6:138 load\.users\.files\[3\]: "\/etc\/hostname" can't be read: it lies outside of the scenario's folder/,
    ],
  ],
  ['a secret in a file', 'script: users.js', 'image: shop, secrets: { KEY: { file: password.txt } }', []],
  [
    'secrets in files that are none',
    'script: users.js, secrets: { KEY: { file: none.txt } }',
    'image: shop, secrets: { A: { file: empty.txt }, B: { file: long.txt }, C: { file: link.txt } }',
    [
      /^4:77 groups\.web\.secrets\.A\.file: it is empty$/,
      /^4:101 groups\.web\.secrets\.B\.file: it is longer than 64 KiB$/,
      /^4:124 groups\.web\.secrets\.C\.file: .*link\.txt is not below the scenario's folder;/,
      /^6:120 load\.users\.secrets\.KEY\.file: .*none\.txt can't be read: there is no such file$/,
    ],
  ],
])('%s', async (_, load, web, said) => {
  const found = await saidOf(scenario(load, web));
  expect(found).toEqual(said.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))));
});

test('a sweep tells once what is wrong with all of its values, and of which values the rest is true', async () => {
  const text = scenario('script: users.js, generators: 0').replace('"${n}"', '"${n}", cpus: 0');
  const sets = [{ n: '2' }, { n: '10001' }, { n: '10002' }];
  expect(await saidOf(text, sets)).toEqual([
    '4:48 groups.web.cpus: 0 is too small; write 0.01 or more',
    '6:108 load.users.generators: 0 is too small; write 1 or more',
    '4:34 groups.web.replicas: 10001 is too large; write 10000 or less (from ${n}) (with n=10001)',
    '4:34 groups.web.replicas: 10002 is too large; write 10000 or less (from ${n}) (with n=10002)',
  ]);
});

test('a value that is out of bounds is told with its flag', async () => {
  expect(await saidOf(scenario('script: users.js'), [{ n: '2' }, { n: '20001' }])).toEqual([
    '--set n=20001: 20001 is out of bounds; write 20000 or less',
  ]);
});
