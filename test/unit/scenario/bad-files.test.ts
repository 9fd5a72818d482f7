// Files that once took minutes, gigabytes, or were taken for good; and problems that sent people the wrong way. Each with all that is
// said about it, and nothing else.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { loadPlanned } from '../../../orchestrator/commands/load-planned.ts';
import { ExitCode, TopolabError } from '../../../orchestrator/errors.ts';

// Bounds on work are held by CPU time; on a busy machine that takes its while.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'topolab-bad-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'sub'));
writeFileSync(join(folder, 'users.js'), 'export default () => {};');
writeFileSync(join(folder, 'late.csv'), '1,join\n70,leave\n');
writeFileSync(join(folder, 'header.csv'), 'offset,what,node\n1,join\n');
writeFileSync(join(folder, 'no-header.csv'), 'x1,join\n2,join\n');
writeFileSync(join(folder, 'latin.csv'), Buffer.from('1,join\n# \u00E9t\u00E9\n', 'latin1'));
symlinkSync(join(folder, 'loop.js'), join(folder, 'loop.js'));

/** What is said about a file: its lines without its name, or `valid`. */
async function saidOf(text: string | Buffer, set = {}): Promise<string> {
  const path = join(folder, 'scenario.yaml');
  writeFileSync(path, text);
  try {
    const { plan } = await loadPlanned(path, { set });
    return `valid, ${plan.actions.length} actions`;
  } catch (error) {
    if (!(error instanceof TopolabError) || error.exitCode !== ExitCode.usage) throw error;
    return error.message.replaceAll(`${path}:`, '').split('\n').slice(1).join('\n');
  }
}

/** A sound scenario of 60 s with parts of it replaced. */
function scenario(parts: Record<string, string> = {}): string {
  const sections: Record<string, string> = {
    name: 'bad',
    groups: '{ web: { role: server, replicas: 3 } }',
    phases: '[{ name: run, duration: 60s }]',
    ...parts,
  };
  return Object.entries(sections)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

const group = (fields: string, rest = '') =>
  scenario({ groups: `{ web: { role: server, ${fields} } ${rest} }` });
const load = (fields: string, rest = {}) =>
  scenario({ load: `{ users: { target: web, ${fields} } }`, ...rest });
const OPEN = 'model: open, script: users.js, stages: [{ duration: 10s, rate: 5/s }]';
const objective = (text: string) => load(OPEN, { objectives: `[{ ${text} }]` });
const many = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(', ');
const WEEK = '168h';

const balanced = (west: string, balancer: string) =>
  scenario({
    groups: `{ east: { role: server }, west: { role: server${west} }, front: { role: balancer, ${balancer} } }`,
  });
const fault = (text: string, at = '10s') =>
  scenario({
    groups: '{ web: { role: server, zone: east, replicas: 3 }, db: { role: store } }',
    timeline: `[{ at: ${at}, ${text} }]`,
  });

test.each<[what: string, text: string, said: string | RegExp]>([
  // Balancers over several groups.
  ['two groups behind a balancer', balanced('', 'balances: [east, west]'), 'valid, 0 actions'],
  [
    'one of several groups misspelt',
    balanced('', 'balances: [east, wets]'),
    '2:101 groups.front.balances[1]: there is no group "wets"; did you mean "west"?',
  ],
  [
    'one of several groups twice',
    balanced('', 'balances: [east, west, east]'),
    '2:107 groups.front.balances[2]: "east" is there already; write another one, or leave it out',
  ],
  [
    'more groups than a list holds',
    balanced('', `balances: [${many(101, () => 'east')}]`),
    '2:94 groups.front.balances: a list of 101 does not fit; write 1 to 100 names',
  ],
  [
    'a node twice',
    fault('stop: { nodes: [web-1, web-2, web-1] }'),
    '4:53 timeline[0].stop.nodes[2]: "web-1" is there already; write another one, or leave it out',
  ],
  [
    'nodes that are no list, of which nothing else is said',
    fault('stop: { nodes: web-1 }'),
    '4:38 timeline[0].stop.nodes: is "web-1"; write a list',
  ],
  [
    'no nodes in a list',
    fault('stop: { nodes: [] }'),
    '4:38 timeline[0].stop.nodes: a list of 0 is too short; write 1 or more',
  ],
  [
    'hosts that are no list',
    fault('drain: { hosts: box2 }'),
    '4:39 timeline[0].drain.hosts: is "box2"; write a list',
  ],
  [
    'the other side of a partition as one name',
    fault('partition: { zone: east, from: db }'),
    '4:54 timeline[0].partition.from: is "db"; write a list',
  ],
  [
    'cut off from a group twice',
    fault('partition: { zone: east, from: [db, db] }'),
    '4:59 timeline[0].partition.from[1]: "db" is there already; write another one, or leave it out',
  ],
  // How images are got.
  [
    'a platform that is none',
    group('image: shop:1, platform: amd64'),
    '2:57 groups.web.platform: is no platform of Linux; write for example linux/amd64, linux/arm64 or linux/arm/v7',
  ],
  [
    'a policy that is none',
    group('image: shop:1, pull: sometimes'),
    '2:53 groups.web.pull: "sometimes" is not known here; write one of always, missing, never',
  ],
  [
    'a pull of what Topolab makes itself',
    group('pull: always'),
    '2:32 groups.web.pull: is for images of registries, and Topolab makes its own itself; leave out this, or write `image`',
  ],
  [
    'one image got in two ways',
    group('image: shop:1, pull: always', ', api: { role: server, image: shop:1, pull: never }'),
    '2:106 groups.api.pull: is never, and "web" says always for the same image shop:1; write one of them in both',
  ],
  [
    'one image for two platforms',
    group('image: shop:1, platform: linux/arm64', ', api: { role: server, image: shop:1 }'),
    '2:73 groups.api: has no `platform`, and "web" takes the same image shop:1 for linux/arm64; write the same in both, or two images',
  ],
  [
    'a load that says nothing of an image that a group pulls',
    group('image: shop:1, pull: always', ', api: { role: server, image: shop:1 }'),
    'valid, 0 actions',
  ],
  [
    'an update to an image that is got in another way',
    scenario({
      groups:
        '{ web: { role: server, image: shop:1, pull: never }, api: { role: server, image: shop:2, pull: always } }',
      timeline: '[{ at: 10s, update: { group: web, image: shop:2 } }]',
    }),
    '4:52 timeline[0].update.image: is never, and "api" says always for the same image shop:2; write one of them in both',
  ],
  // Disks.
  [
    'a disk in a folder that leads elsewhere',
    group('disk: { path: /data/../etc, size: 8MiB }'),
    '2:46 groups.web.disk.path: has a part that is . or ..; write where it leads to',
  ],
  [
    'a disk where the kernel has its files',
    group('disk: { path: /proc/data, size: 8MiB }'),
    '2:46 groups.web.disk.path: belongs to the kernel; write for example /var/lib/data',
  ],
  [
    'a disk over what the image needs',
    group('disk: { path: /etc, size: 8MiB }'),
    '2:46 groups.web.disk.path: holds programs or settings of the image, which the disk would hide; write a folder for data',
  ],
  [
    'a secret that the disk would hide',
    group(
      'image: shop:1, disk: { path: /run/secrets, size: 8MiB }, secrets: { KEY: { env: KEY, path: /run/secrets/key } }',
    ),
    '2:123 groups.web.secrets.KEY.path: is on the `disk`, which is empty at the start; write a path outside /run/secrets',
  ],
  // Backups.
  [
    'a backup of a database whose command leaves archiving out',
    scenario({ groups: '{ db: { role: store, command: [postgres], backup: { method: pgbackrest } } }' }),
    '2:30 groups.db.command: replaces what turns archiving on, which `backup` needs; add -c, archive_mode=on to it, or leave it out',
  ],
  [
    'a backup of a database that is elsewhere',
    scenario({ groups: '{ db: { role: store, env: { PGDATA: /data }, backup: { method: pgbackrest } } }' }),
    '2:45 groups.db.env.PGDATA: is where pgBackRest does not look for the database; write /var/lib/postgresql/data, or leave it out',
  ],
  [
    'a group of another role among several',
    balanced('', 'balances: [east, front]'),
    '2:101 groups.front.balances[1]: "front" is a balancer, not a server; write east or west',
  ],
  ['no group behind a balancer', balanced('', 'balances: []'), /balances: .* too short; write 1 or more$/],
  [
    'groups that offer different files',
    balanced(', files: { a: 1MiB }', 'balances: [east, west]'),
    /balances: "east" and "west" have different files, and a request may go to either; write the same `files` in both$/,
  ],
  [
    'groups that are ready in different ways',
    balanced(', ready: { tcp: 8080 }', 'balances: [east, west]'),
    /"east" by \/ready on 8080, "west" by TCP on 8080; write `healthCheck: \{ path, port \}` for all of them, or false$/,
  ],
  [
    'the same, asked alike',
    balanced(', ready: { tcp: 8080 }', 'balances: [east, west], healthCheck: { path: /ready, port: 8080 }'),
    'valid, 0 actions',
  ],
  // Faults that can't be.
  [
    'a rule that a group has no nodes for',
    fault('kill: { group: web, rule: tracker }'),
    /timeline\[0\]\.kill\.group: "web" is a server, not a tracker; there are none$/,
  ],
  [
    'a share above all',
    fault('pause: { group: web, share: 150% }'),
    /timeline\[0\]\.pause\.share: "150%" is not between 0% and 100%; write for example 25%$/,
  ],
  [
    'a share of a number above all',
    fault('pause: { group: web, share: 1.5 }'),
    /timeline\[0\]\.pause\.share: 1\.5 is not between 0% and 100%; write for example 25%$/,
  ],
  [
    'a zone that nobody has',
    fault('isolate: { zone: west, for: 5s }'),
    /timeline\[0\]\.isolate\.zone: no group is in the zone "west"; write "east"$/,
  ],
  [
    'a fault that lasts beyond the end',
    fault('pause: { group: web, for: 15s }', '50s'),
    /timeline\[0\]\.pause\.for: lasts beyond the end of the run; write 10s or less, or leave it out$/,
  ],
  [
    'the place of a single node',
    fault('kill: { group: db, rule: random, replaceAfter: 5s }'),
    /timeline\[0\]\.kill\.replaceAfter: no other node can take the place of a store; leave it out$/,
  ],
  // Too much.
  [
    'thousands of unknown keys',
    group(many(900, (i) => `k${i}: 1`)),
    /^(2:\d+ groups\.web\.k\d+: is not known here.*\n){50}… and 850 more$/,
  ],
  [
    'a role of half a megabyte',
    scenario({ groups: `{ web: { role: ${'r'.repeat(500_000)} } }` }),
    /^2:24 groups\.web\.role: "r{56}… is not known here; write one of server, /,
  ],
  [
    'more actions than a plan may have',
    scenario({
      phases: '[{ name: run, duration: 2000s }]',
      groups: '{ web: { role: server, replicas: 800 } }',
      timeline: '[{ every: 200ms, kill: { group: web, rule: random, count: 800, replaceAfter: 1ms } }]',
    }),
    '4:12 timeline[0]: makes action 100001 at 25.001s; write longer times, or fewer nodes',
  ],
  [
    'more firings than a plan may have',
    scenario({
      phases: `[{ name: run, duration: ${WEEK} }]`,
      timeline: '[{ every: 100ms, scale: { group: web, by: 1 } }]',
    }),
    '4:1 timeline: makes more than 100000 actions; write longer intervals',
  ],
  [
    'a load of a thousand weeks',
    scenario({
      phases: '~',
      load: `{ users: { target: web, model: open, script: users.js, stages: [${many(1000, () => `{ duration: ${WEEK}, rate: 1/s }`)}] } }`,
    }).replace('phases: ~\n', ''),
    /^3:\d+ load\.users\.stages: lasts 168000h in all; write 168h or less$/,
  ],
  [
    'more nodes than a network carries',
    scenario({ groups: `{ ${many(10, (i) => `g${i}: { role: server, replicas: 500 }`)} }` }),
    "2:9 groups: come to 5000 nodes at the start, generators included; a host's network carries 1000: write fewer, or run it on a Swarm (--engine swarm)",
  ],
  [
    'more nodes than any run may have',
    scenario({ groups: `{ ${many(10, (i) => `g${i}: { role: server, replicas: 5000 }`)} }` }),
    '2:1 groups: have 50000 nodes at the start, with 0 generators 50000; a run may have 10000: write fewer',
  ],
  [
    'actions that name more nodes than can be kept',
    scenario({
      phases: '[{ name: run, duration: 2000s }]',
      groups: '{ web: { role: server, replicas: 900 } }',
      timeline: '[{ every: 1s, resize: { group: web, cpus: 0.5 } }]',
    }),
    '4:12 timeline[0]: makes actions that name 1000800 nodes in all by 18m32s; write longer times, or fewer nodes, for 1000000 or less',
  ],
  [
    'more nodes than a network carries, later',
    scenario({
      groups: `{ ${many(3, (i) => `g${i}: { role: server, replicas: 300 }`)} }`,
      timeline: '[{ at: 1s, scale: { group: g1, to: 450 } }]',
    }),
    "4:12 timeline[0]: come to 1050 nodes in all at 1s, generators included; a host's network carries 1000: write fewer, or run it on a Swarm (--engine swarm)",
  ],
  [
    'parameters that multiply a text',
    `parameters: { p: { type: text, default: ${'x'.repeat(1000)} } }\n${scenario({ description: `"${'${p}'.repeat(100_000)}"` })}`,
    /^5:14 description: values of parameters make more than 4 MiB of text up to here/,
  ],
  // Names.
  [
    'groups called as objects have it',
    scenario({
      groups: '{ constructor: { role: server }, toString: { role: server }, __proto__: { role: server } }',
    }),
    '2:11 groups.constructor: is a name that every object has; choose another\n2:42 groups.toString: "toString" is not a name; write lower-case letters, digits and single hyphens\n2:70 __proto__ can be no key; write another name',
  ],
  [
    'a group called as generators are',
    scenario({
      groups: '{ web: { role: server }, users-k6: { role: server } }',
      load: `{ users: { target: web, ${OPEN} } }`,
    }),
    '2:34 groups.users-k6: is what the generators of load "users" are called; choose another',
  ],
  [
    'a group called as one generator is',
    scenario({
      groups: '{ web: { role: server }, users-k6-1: { role: server } }',
      load: `{ users: { target: web, ${OPEN} } }`,
    }),
    '2:34 groups.users-k6-1: is what the generators of load "users" are called; choose another',
  ],
  [
    'only a group called as objects have it',
    load(OPEN, { groups: '{ __proto__: { role: server } }' }),
    '2:11 __proto__ can be no key; write another name',
  ],
  [
    'names that a network reads otherwise',
    scenario({ groups: '{ localhost: { role: server }, 12: { role: server } }' }),
    '2:11 groups.localhost: is the name of a part of every run or host; choose another\n2:40 groups.12: is a number, which a network reads as an address; choose a name with a letter',
  ],
  // Files.
  [
    'a script with a NUL',
    load(OPEN.replace('users.js', '"a\\0b.js"')),
    `4:52 load.users.script: "a\\u0000b.js" can't be read: a path holds no NUL character; write the path of a k6 script, relative to the scenario file`,
  ],
  [
    'a script with an endless name',
    load(OPEN.replace('users.js', 'x'.repeat(300))),
    /^4:52 load\.users\.script: "x{19}…x{40}" can't be read: its name is too long; write/,
  ],
  [
    'a script that is a loop of links',
    load(OPEN.replace('users.js', 'loop.js')),
    /^4:52 load\.users\.script: "loop\.js" can't be read: its symbolic links lead in a circle; write/,
  ],
  [
    'a script that is a folder',
    load(OPEN.replace('users.js', 'sub')),
    /^4:52 load\.users\.script: "sub" can't be read: it is a folder; write/,
  ],
  [
    'a script that is none',
    load(OPEN.replace('users.js', '/etc/hostname')),
    /^4:52 load\.users\.script: "\/etc\/hostname" can't be read: it is no script: its name ends in none of \.js, /,
  ],
  [
    'a script elsewhere on the host',
    load(OPEN.replace('users.js', JSON.stringify(fileURLToPath(import.meta.url)))),
    /^4:52 load\.users\.script: ".*" can't be read: it lies outside of the scenario's folder; write/,
  ],
  [
    'a load without a script',
    load('model: script'),
    '4:9 load.users.script: is missing; write the path of a k6 script, relative to the scenario file',
  ],
  [
    'trace rows after the end',
    group('churn: { trace: late.csv }'),
    '2:48 groups.web.churn.trace: "late.csv" line 2: 70 s is when churn has ended, after 60 s; write less, or make the run longer',
  ],
  [
    'a trace elsewhere on the host',
    group('churn: { trace: /etc/hostname }'),
    `2:48 groups.web.churn.trace: "/etc/hostname" can't be read: it lies outside of the scenario's folder; write its path relative to the scenario file`,
  ],
  ['a trace with a header', group('churn: { trace: header.csv }'), 'valid, 1 actions'],
  [
    'a trace whose first row is wrong',
    group('churn: { trace: no-header.csv }'),
    '2:48 groups.web.churn.trace: "no-header.csv" line 1: "x1" is no number of seconds; write for example 12.5',
  ],
  [
    'a trace in Latin-1',
    group('churn: { trace: latin.csv }'),
    /"latin\.csv" can't be read: line 2: the byte 0xE9 is not UTF-8/,
  ],
  [
    'an image with capitals',
    group('image: Shop/Server:1.0'),
    '2:39 groups.web.image: has capitals in its name, which Docker does not take; write shop/server',
  ],
  ...[
    ['scratch:1', 'is the empty image, which runs nothing'],
    ['a'.repeat(64), 'is an id without its kind; write sha256:a{64}'],
    ['shop@sha256:abc', 'has the digest "sha256:abc", which is none'],
    ['a..b/shop', 'names the registry "a..b", which is none'],
    ['registry:99999/shop', 'names the registry "registry:99999", which is none'],
    ['x'.repeat(240), 'is longer than 255 characters'],
  ].map(([reference = '', said = '']): [string, string, RegExp] => [
    `an image that Docker refuses: ${reference.slice(0, 30)}`,
    group(`image: "${reference}"`),
    new RegExp(`^2:39 groups\\.web\\.image: ${said}[^\n]*$`),
  ]),
  // What a program can't be handed.
  [
    'NULs for a program',
    group('image: shop, env: { A: "a\\0b" }, command: ["c\\0"]'),
    '2:55 groups.web.env.A: holds a NUL character, at which a program takes it to end; leave it out\n2:75 groups.web.command[0]: holds a NUL character, at which a program takes it to end; leave it out',
  ],
  [
    'longer texts than Linux hands to a program',
    group(`image: shop, env: { A: ${'x'.repeat(131_070)} }, command: [${'y'.repeat(131_072)}]`),
    /^2:55 groups\.web\.env\.A: is longer than 128 KiB, .*\n2:\d+ groups\.web\.command\[0\]: is longer than 128 KiB, [^\n]*$/,
  ],
  ['the longest variable', group(`image: shop, env: { A: ${'x'.repeat(131_069)} }`), 'valid, 0 actions'],
  [
    'more in all than Linux hands to a program',
    `x-long: &long ${'x'.repeat(120_000)}\n${group(`image: shop, env: { ${many(9, (i) => `A${i}: *long`)} }`)}`,
    '3:45 groups.web.env: holds, with the command, 1055 KiB; a program can be handed 1024 KiB: write less',
  ],
  // Sections and fields that are misspelt.
  [
    'loads for load',
    load(OPEN, { objectives: '[{ errors: { atMost: 1% }, load: users }]' }).replace('load:', 'loads:'),
    '4:1 loads: is not known here; did you mean "load"?',
  ],
  [
    'gropus for groups, and what is wrong in them',
    load(OPEN, { groups: '{ web: { role: server, cpus: 0 } }' }).replace('groups:', 'gropus:'),
    '2:1 gropus: is not known here; did you mean "groups"?\n2:38 gropus.web.cpus: 0 is too small; write 0.01 or more',
  ],
  [
    'paramters for parameters',
    `paramters: { n: { type: integer, default: 4 } }\n${scenario({ groups: '{ web: { role: server, replicas: "${n}" } }' })}`,
    '1:1 paramters: is not known here; did you mean "parameters"?',
  ],
  [
    'a misspelt field that others depend on',
    scenario({
      groups: '{ web: { role: server, replcas: 3, churn: { minAlive: 2, sessions: { fixed: 10s } } } }',
    }),
    '2:32 groups.web.replcas: is not known here; did you mean "replicas"?',
  ],
  [
    'a replacement after the end of the run',
    scenario({ timeline: '[{ at: 50s, kill: { group: web, rule: random, replaceAfter: 10s } }]' }),
    '4:71 timeline[0].kill.replaceAfter: the run has ended by then, so no node would join; write less than 10s, or leave it out',
  ],
  [
    'a replacement just before the end of the run',
    scenario({ timeline: '[{ at: 50s, kill: { group: web, rule: random, replaceAfter: 9999ms } }]' }),
    'valid, 2 actions',
  ],
  // Messages.
  [
    'numbers and truth values in quotes',
    group('replicas: "3", cpus: "0.5", newPrivileges: "true"'),
    '2:42 groups.web.replicas: is text, "3"; write 3 without quotes\n2:53 groups.web.cpus: is text, "0.5"; write 0.5 without quotes\n2:75 groups.web.newPrivileges: is text, "true"; write true without quotes',
  ],
  [
    'three problems in one entry',
    scenario({ timeline: '[{ at: 80s, scale: { group: wbe, to: 10001 } }]' }),
    '4:18 timeline[0].at: the run has ended by then; write less than 1m\n4:39 timeline[0].scale.group: there is no group "wbe"; did you mean "web"?\n4:48 timeline[0].scale.to: 10001 is too large; write 10000 or less',
  ],
  [
    'an abort after the end of its phase',
    load(OPEN, {
      phases: '[{ name: warm, duration: 30s, warmUp: true }, { name: run, duration: 30s }]',
      objectives:
        '[{ errors: { below: 1% }, abort: { after: 30s } }, { phase: warm, errors: { below: 1% }, abort: { after: 29s } }]',
    }),
    '5:55 objectives[0].abort.after: what it is about is over by then, so that it would end nothing; write less than 30s',
  ],
  [
    'a share of more than all',
    objective('metric: { name: http_req_failed, aggregate: rate, below: 5 }'),
    '5:73 objectives[0].metric.below: asks for more than a share can be, which goes from 0 to 1: write 0.05 for 5 %',
  ],
  [
    'a share of all',
    objective('metric: { name: http_req_failed, aggregate: rate, atMost: 1 }'),
    '5:74 objectives[0].metric.atMost: is all of them, so hardly anything could miss it; write 1% if that is meant, or for example 99%',
  ],
  [
    'a tag that no sample has',
    objective('errors: { below: 1% }, tags: { vu: "1" }'),
    '5:45 objectives[0].tags: asks by the tag "vu", which no sample has; give requests a tag of your own',
  ],
  ['no cores', group('cpus: 0'), '2:38 groups.web.cpus: 0 is too small; write 0.01 or more'],
  ['endless cores', group('cpus: .inf'), /^2:38 groups\.web\.cpus: \.inf /],
  [
    'a misspelt type beside what needs one',
    `parameters: { n: { type: integr, min: 1, default: 4 } }\n${scenario()}`,
    '1:26 parameters.n.type: "integr" is not known here; did you mean "integer"?',
  ],
  [
    'a percentile as a share',
    objective('latency: { percentile: 0.95, below: 1s }'),
    '5:39 objectives[0].latency.percentile: 0.95 is less than one hundredth of all requests; write 95 for the 95th percentile',
  ],
  [
    'all requests as an error share',
    objective('errors: { atMost: 1 }'),
    '5:34 objectives[0].errors.atMost: 1 is all requests, so nothing could miss it; write 1%, or 100% if that is meant',
  ],
  ['all requests, said outright', objective('errors: { atMost: 100% }'), 'valid, 0 actions'],
  [
    'references without quotes',
    `parameters: { n: { type: integer, default: 4 } }\n${group('replicas: ${n}, cpus: 0')}`,
    '3:42 write "${n}" in quotes: within { } and [ ] a brace without them begins a mapping\n3:54 groups.web.cpus: 0 is too small; write 0.01 or more',
  ],
  [
    'a parameter of text where a number is meant',
    `parameters: { n: { type: text, default: "3" } }\n${group('replicas: "${n}"')}`,
    '3:42 groups.web.replicas: is text, "3"; make the parameter\'s `type` integer or number (from ${n})',
  ],
  ['a place for anchors', `x-common: &common { CACHE: 1.50 }\n${group('env: *common')}`, 'valid, 0 actions'],
  [
    'control characters',
    scenario({ phases: '[{ name: "a\\e[31mb", duration: 60s }]' }),
    '3:18 phases[0].name: holds characters that steer a terminal; write plain text',
  ],
  [
    'a control character in a wrong value',
    group('cpus: "\\e]0;x\\a"'),
    '2:38 groups.web.cpus: "\\u001b]0;x\\u0007" is not a number of cores; write for example 0.5',
  ],
])('%s', async (_, text, said) => {
  const started = process.cpuUsage();
  const found = await saidOf(text);
  if (typeof said === 'string') expect(found).toBe(said);
  else expect(found).toMatch(said);
  // Seconds on any machine, where minutes are meant.
  expect(process.cpuUsage(started).user).toBeLessThan(5e6);
});

test('a Latin-1 file is refused at its first byte that is not UTF-8', async () => {
  const text = Buffer.from(scenario({ description: 'pr\u00EAt' }), 'latin1');
  expect(await saidOf(text)).toBe('4:16 the byte 0xEA is not UTF-8, perhaps Latin-1; save the file as UTF-8');
});

test('a value with a comma can be chosen', async () => {
  const text = `parameters: { who: { of: ["a, b", c], default: c } }\n${scenario({ description: '"${who}"' })}`;
  expect(await saidOf(text, { who: 'a, b' })).toBe('valid, 0 actions');
  expect(await saidOf(text, { who: 'a' })).toBe('--set who=a: "a" is not one of the values; write a\\, b');
});

test.each([
  [
    'a wrong value that was given',
    `parameters: { password: { type: integer, default: 1 } }\n${scenario()}`,
    { password: 'hunter2-hunter2' },
    '--set password=(hidden): "(hidden)" is not a whole number; write for example 8',
  ],
  [
    'a wrong default, cut off in the message',
    `parameters: { api-token: { type: text, default: ${'s3cret-'.repeat(20)} } }\n${group('memory: "${api-token}"')}`,
    {},
    '3:40 groups.web.memory: "(hidden) is not a size; write for example 128MiB (from ${api-token})',
  ],
  [
    'a secret in a name',
    `parameters: { password: { type: text, default: hunter2-hunter2 } }\n${scenario({
      phases: '[{ name: "with ${password}", duration: 60s }]',
    })}`,
    {},
    '4:18 phases[0].name: shows the value of ${password}, whose name says that it is a secret; use another parameter',
  ],
])('what a message says of %s is not the secret', async (_, text, set, said) => {
  expect(await saidOf(text, set)).toBe(said);
});
