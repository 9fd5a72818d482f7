// The script is wrong, or says something that must not be overheard.
import { silentSockets, silentStreams, watchProto } from './own-servers.ts';
import type { Sabotage } from './sabotage.ts';
import { scriptOf } from './usual-scenario.ts';

const halfFail = (tags: string) =>
  scriptOf(
    `http.get(base + (turn % 4 < 2 ? '/work' : '/nothing-here'), { tags: turn % 4 < 2 ? {} : ${tags} });`,
  );
const errorsMissed = { outcome: 'fail', code: 'objective-missed' } as const;
const notRun = ['refused', 'broken'] as const;
const fourInTurn = {
  model: 'closed',
  startRate: undefined,
  maxVirtualUsers: undefined,
  startVirtualUsers: 4,
  stages: [{ duration: '10s', virtualUsers: 4 }],
} as const;
const halfNever = "base.replace('http', 'ws') + (exec.vu.idInTest % 2 === 0 ? '/never' : '/greets')";

export const scripts: readonly Sabotage[] = [
  {
    breaks: 'Every second iteration ends by an exception',
    right: errorsMissed,
    script: scriptOf("http.get(base + '/work'); if (turn % 2 === 0) throw new Error('half');"),
    short: true,
  },
  {
    breaks: 'Every second iteration ends by an exception in a timer, after its function has returned',
    right: errorsMissed,
    script: scriptOf(
      "http.get(base + '/work'); setTimeout(() => { if (turn % 2 === 0) throw new Error('half'); }, 10);",
    ),
  },
  {
    breaks: 'In every second iteration a promise is rejected that nobody awaits',
    right: errorsMissed,
    script: scriptOf(
      "http.asyncRequest('GET', base + '/work').then(() => { if (turn % 2 === 0) throw new Error('half'); });",
    ),
  },
  {
    breaks: 'Every answer is 404, and the script expects any status by `http.setResponseCallback`',
    right: { outcome: 'pass', code: 'errors-accepted' },
    script: scriptOf(
      "http.get(base + '/nothing-here');",
      'http.setResponseCallback(http.expectedStatuses({ min: 200, max: 599 }));',
    ),
  },
  {
    breaks: 'Every second answer is 404, and the script has k6 judge none: `http.setResponseCallback(null)`',
    right: { outcome: 'pass', code: 'errors-accepted' },
    scenario: { objectives: [{ errors: { atMost: '5%' } }, { checks: { atLeast: '99%' } }] },
    script: scriptOf(
      "check(http.get(base + (turn % 4 < 2 ? '/work' : '/nothing-here')), { answered: ({ status }) => status > 0 });",
      'http.setResponseCallback(null);',
    ),
  },
  {
    breaks: 'Every check fails, and no objective asks about checks',
    right: { outcome: 'pass', code: 'checks-failing' },
    script: scriptOf("check(http.get(base + '/work'), { 'says hello': ({ body }) => body === 'hello' });"),
  },
  {
    breaks: 'Every check fails, and an objective asks about checks',
    right: errorsMissed,
    scenario: { objectives: [{ checks: { atLeast: '99%' } }] },
    script: scriptOf("check(http.get(base + '/work'), { 'says hello': ({ body }) => body === 'hello' });"),
  },
  {
    breaks: 'Every second check throws, and the only objective is on checks',
    right: errorsMissed,
    scenario: { objectives: [{ checks: { atLeast: '99%' } }] },
    script: scriptOf(
      "check(http.get(base + '/work'), { 'is JSON': ({ body }) => turn % 2 === 0 || JSON.parse('<html>') });",
    ),
  },
  {
    breaks: 'Requests that fail carry the tag `run` of another run',
    right: errorsMissed,
    script: halfFail("{ run: 'smoke' }"),
    short: true,
  },
  {
    breaks: 'Requests that fail carry the tags `group`, `node`, `scenario` and `load`',
    right: errorsMissed,
    script: halfFail("{ group: 'g', node: 'n', scenario: 's', load: 'l' }"),
  },
  {
    breaks: 'Requests that fail carry the tag `window`',
    right: errorsMissed,
    script: halfFail("{ window: 'none' }"),
  },
  {
    breaks: "The script's own options tag everything with another run",
    right: errorsMissed,
    script: scriptOf(
      "http.get(base + (turn % 4 < 2 ? '/work' : '/nothing-here'));",
      "export const options = { tags: { run: 'smoke' } };",
    ),
  },
  {
    breaks: 'The script hides failures: `expected_response` is tagged by hand',
    right: errorsMissed,
    script: halfFail("{ expected_response: 'true', status: '200' }"),
  },
  {
    breaks: 'The script gives its virtual users every label and outcome as tags',
    right: errorsMissed,
    script: scriptOf(
      "for (const tag of ['run', 'group', 'node', 'scenario', 'load', 'window']) exec.vu.metrics.tags[tag] = 'x'; " +
        "Object.assign(exec.vu.metrics.tags, { expected_response: 'true', status: '200', outcome: 'done' }); " +
        "http.get(base + (turn % 4 < 2 ? '/work' : '/nothing-here'));",
    ),
  },
  {
    breaks: 'The script brings `vus` and `duration` of its own',
    right: { outcome: 'pass' },
    script: scriptOf("http.get(base + '/work');", "export const options = { vus: 1, duration: '1s' };"),
  },
  {
    breaks: 'The script brings `stages` of its own',
    right: { outcome: 'pass' },
    script: scriptOf(
      "http.get(base + '/work');",
      "export const options = { stages: [{ duration: '1s', target: 1 }] };",
    ),
  },
  {
    breaks: 'The script brings an `executionSegment` of its own, a quarter of the eight users asked for',
    right: { outcome: 'pass' },
    scenario: {
      objectives: [{ errors: { atMost: '5%' } }, { metric: { name: 'vus', aggregate: 'value', atLeast: 8 } }],
    },
    load: {
      model: 'closed',
      startRate: undefined,
      maxVirtualUsers: undefined,
      startVirtualUsers: 8,
      stages: [{ duration: '10s', virtualUsers: 8 }],
    },
    script: scriptOf(
      "http.get(base + '/work'); sleep(0.5);",
      "export const options = { executionSegment: '0:1/4' };",
    ),
  },
  {
    breaks: 'The script brings `rps` of its own: k6 holds half of the requests back, unseen by any latency',
    right: { outcome: 'pass' },
    scenario: {
      objectives: [{ metric: { name: 'iteration_duration', aggregate: 'p(95)', below: '2s' } }],
    },
    script: scriptOf("http.get(base + '/work');", 'export const options = { rps: 10 };'),
  },
  {
    breaks: "The script's own `handleSummary()` throws",
    right: { outcome: 'pass' },
    script: scriptOf(
      "http.get(base + '/work');",
      "export function handleSummary() { throw new Error('not today'); }",
    ),
  },
  {
    breaks:
      'Half of what the script adds to its rate of failures is no number, and half of the rest are failures',
    right: errorsMissed,
    scenario: { objectives: [{ metric: { name: 'failures', aggregate: 'rate', atMost: 0.4 } }] },
    script: scriptOf(
      "http.get(base + '/work'); failures.add(turn % 4 < 2 ? undefined : turn % 8 < 4);",
      "import { Rate } from 'k6/metrics';\nconst failures = new Rate('failures');",
    ),
  },
  {
    breaks: '`K6_VUS` and `K6_DURATION` stand under the `env` of a load of 5 users',
    right: { outcome: ['pass', 'refused'] },
    load: {
      model: 'closed',
      startRate: undefined,
      maxVirtualUsers: undefined,
      stages: [
        { duration: '0s', virtualUsers: 5 },
        { duration: '10s', virtualUsers: 5 },
      ],
      env: { K6_VUS: '1', K6_DURATION: '1s' },
    },
    script: scriptOf("http.get(base + '/work'); sleep(0.1);"),
  },
  {
    breaks: 'A tag that is different for each request',
    right: { outcome: 'pass' },
    script: scriptOf("http.get(base + '/work', { tags: { id: String(turn) } });"),
  },
  {
    breaks: 'The script does not ask anything',
    right: { outcome: 'invalid', code: 'no-samples' },
    script: scriptOf(''),
  },
  {
    breaks: 'Every iteration returns before it asks, and the only objective is on errors',
    right: { outcome: 'invalid', code: 'asked-nothing' },
    scenario: { objectives: [{ errors: { atMost: '5%' } }] },
    script: scriptOf("if (turn >= 0) return; http.get(base + '/work');"),
  },
  {
    breaks: 'Only `setup()` asks, and the only objective is on errors',
    right: { outcome: 'invalid', code: 'asked-nothing' },
    scenario: { objectives: [{ errors: { atMost: '5%' } }] },
    script: scriptOf('', "export function setup() { http.get(__ENV.NODE_URLS.split(',')[0] + '/work'); }"),
  },
  {
    breaks: 'The script asks nothing that k6 counts, and an objective is on its own checks',
    right: { outcome: 'pass', code: 'asked-nothing' },
    scenario: { objectives: [{ checks: { atLeast: '99%' } }] },
    script: scriptOf("check(turn, { 'by other means': (each) => each >= 0 });"),
  },
  {
    breaks: 'Every WebSocket is refused, and the only objective is on errors',
    right: errorsMissed,
    scenario: { objectives: [{ errors: { atMost: '5%' } }] },
    script: scriptOf(
      "ws.connect(base.replace('http', 'ws') + '/nothing-here', () => {});",
      "import ws from 'k6/ws';",
    ),
  },
  {
    breaks: 'Every WebSocket is made and then silent, and the only objective is on errors',
    right: { outcome: 'invalid', code: 'heard-nothing' },
    scenario: silentSockets,
    script: scriptOf(
      "ws.connect(base.replace('http', 'ws'), (socket) => socket.on('open', () => { socket.send('hi'); socket.setTimeout(() => socket.close(), 500); }));",
      "import ws from 'k6/ws';",
    ),
  },
  {
    breaks: 'Two of four users who connect again and again get no handshake of their WebSocket, nor an error',
    right: errorsMissed,
    scenario: silentSockets,
    load: fourInTurn,
    script: scriptOf(
      `ws.connect(${halfNever}, (socket) => socket.on('message', () => socket.close())); sleep(0.05);`,
      "import ws from 'k6/ws';",
    ),
  },
  {
    breaks: 'Two of four users get no handshake, where the script goes on meanwhile (`k6/websockets`)',
    right: errorsMissed,
    scenario: silentSockets,
    load: fourInTurn,
    script: scriptOf(
      `const socket = new WebSocket(${halfNever}); socket.onmessage = () => socket.close(); sleep(0.05);`,
      "import { WebSocket } from 'k6/websockets';",
    ),
  },
  {
    breaks: 'No user gets a handshake of their WebSocket',
    right: errorsMissed,
    scenario: silentSockets,
    load: fourInTurn,
    script: scriptOf(
      "ws.connect(base.replace('http', 'ws') + '/never', () => {});",
      "import ws from 'k6/ws';",
    ),
  },
  {
    breaks: 'Every stream of gRPC is taken and then silent, and the only objective is on errors',
    right: errorsMissed,
    scenario: silentStreams,
    load: { files: Object.keys(watchProto) },
    files: watchProto,
    script: scriptOf(
      "client.connect(base.replace('http://', ''), { plaintext: true }); new grpc.Stream(client, 'hello.Watcher/Watch').write({});",
      "import grpc from 'k6/net/grpc';\nconst client = new grpc.Client();\nclient.load([], 'watch.proto');",
    ),
  },
  {
    breaks: 'Users sleep for a time that is not set, which is none',
    right: { outcome: 'pass' },
    script: scriptOf("http.get(base + '/work'); sleep(__ENV.PAUSE);"),
  },
  {
    breaks: 'Users sleep for longer than the load lasts before they ask',
    right: { outcome: ['fail', 'invalid'] },
    script: scriptOf("sleep(60); http.get(base + '/work');"),
  },
  {
    breaks: 'The script aborts the test',
    right: { outcome: ['invalid', 'broken'], says: /abort|108/ },
    script: scriptOf("http.get(base + '/work'); if (turn > 20) exec.test.abort('enough');"),
  },
  {
    breaks: 'The script throws as it starts',
    right: { outcome: notRun, says: /not today/ },
    script: "throw new Error('not today');\nexport default function () {}\n",
  },
  {
    breaks: '`setup()` throws',
    right: { outcome: notRun, says: /no login/ },
    script: `export function setup() { throw new Error('no login'); }\n${scriptOf("http.get(base + '/work');")}`,
  },
  {
    breaks: 'The script is no JavaScript',
    right: { outcome: notRun, says: /script\.js/ },
    script: 'export default function ( {\n',
  },
  {
    breaks: 'The script imports a module that is not there',
    right: { outcome: notRun, says: /no-such-module/ },
    script: "import nothing from 'no-such-module';\nexport default function () { nothing(); }\n",
  },
  {
    breaks: 'The script exports no default function',
    right: { outcome: notRun, says: /default/ },
    script: 'export function checkout() {}\n',
  },
  {
    breaks: 'A URL that is none',
    right: { outcome: 'fail', code: 'mostly-failed' },
    scenario: { objectives: [{ latency: { percentile: 95, below: '1s' } }] },
    script: scriptOf("http.get('no url at all');"),
  },
  {
    breaks: 'Half of each batch of requests fails',
    right: errorsMissed,
    script: scriptOf("http.batch([['GET', base + '/work'], ['GET', base + '/nothing-here']]);"),
  },
  {
    breaks: 'Iterations spin for longer than the load lasts',
    right: { outcome: ['fail', 'invalid'] },
    load: { cpus: 0.5, maxVirtualUsers: 5 },
    script: scriptOf("http.get(base + '/work'); for (;;) base.split('');"),
  },
];
