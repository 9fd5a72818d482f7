// The system under test breaks: users are not served, and the verdict must not say that they were.
import { kill, pause, runInside, starve, unplug } from './act.ts';
import { breaksOff, sendsOn } from './own-servers.ts';
import type { Sabotage } from './sabotage.ts';
import { scriptOf } from './usual-scenario.ts';

const one = { servers: { role: 'server', cpus: 0.5, memory: '96MiB' } } as const;
const behindBalancer = {
  servers: { role: 'server', replicas: 2, cpus: 0.5, memory: '96MiB' },
  balancer: { role: 'balancer', balances: 'servers' },
} as const;
const latencyOnly = [{ latency: { percentile: 95, below: '1s' } }] as const;
const throughBalancer = scriptOf("http.get(`${__ENV.BASE_URL}/work`, { timeout: '60s' });");

export const users: readonly Sabotage[] = [
  {
    breaks: 'One of two servers is paused: half of the requests hang until the end',
    right: { outcome: 'fail', code: 'objective-missed' },
    act: pause('servers-2'),
    short: true,
  },
  {
    breaks: 'The only server is paused, and the only objective is latency',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: { groups: one, objectives: [...latencyOnly] },
    act: pause('servers-1'),
  },
  {
    breaks: 'A server is paused for 3 s and goes on',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: { groups: one },
    act: pause('servers-1', 3000),
  },
  {
    breaks: 'Two of four users who ask one after another wait for 12 s, and are answered',
    right: { outcome: 'pass', code: 'users-waited' },
    scenario: { phases: [{ name: 'all', duration: '20s' }] },
    load: {
      model: 'closed',
      startRate: undefined,
      maxVirtualUsers: undefined,
      startVirtualUsers: 4,
      stages: [{ duration: '20s', virtualUsers: 4 }],
    },
    script: scriptOf("http.get(`${nodes[exec.vu.idInTest % 2]}/work`, { timeout: '60s' }); sleep(0.05);"),
    act: pause('servers-2', 12_000),
  },
  {
    breaks:
      'One user in forty asks a server that is paused for good, and the only objective is the recovery from it',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: {
      phases: [{ name: 'all', duration: '24s' }],
      timeline: [{ at: '11s', pause: { nodes: ['servers-2'] } }],
      objectives: [{ recovered: { within: '5s' } }],
    },
    load: { stages: [{ duration: '24s', rate: '20/s' }] },
    script: scriptOf("http.get(`${nodes[turn % 40 === 0 ? 1 : 0]}/work`, { timeout: '60s' });"),
  },
  {
    breaks: 'The only server is killed, and the only objective is latency: what fails, fails fast',
    right: { outcome: 'fail', code: 'mostly-failed' },
    scenario: { groups: one, objectives: [...latencyOnly] },
    act: kill('servers-1'),
    short: true,
  },
  {
    breaks: 'One of two servers is killed from outside',
    right: { outcome: 'fail', code: 'nodes-exited' },
    act: kill('servers-2'),
  },
  {
    breaks: 'Both servers are cut off from the network',
    right: { outcome: 'fail', code: 'objective-missed' },
    act: unplug('servers-1', 'servers-2'),
  },
  {
    breaks: 'A server gets a hundredth of a core',
    // Requests are cheap: whether users notice is for the objective to say, what ran out must be named.
    right: { outcome: ['pass', 'fail'], code: 'saturated' },
    act: starve(0.01, 'servers-1', 'servers-2'),
  },
  {
    breaks: 'Something in the only server takes all of its CPU',
    right: { outcome: ['pass', 'fail'], code: 'saturated' },
    scenario: {
      groups: { servers: { role: 'server', cpus: 0.1, memory: '96MiB' } },
      objectives: [{ latency: { percentile: 95, below: '100ms' } }],
    },
    act: runInside('servers-1', 'for (;;);'),
  },
  {
    breaks: 'A server needs 200 ms of CPU for each request, ten times what it has',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: { groups: { servers: { role: 'server', replicas: 2, cpus: 0.2, requestCost: '200ms' } } },
  },
  {
    breaks: 'All packets of both servers are lost from the middle on',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: {
      timeline: [{ at: '3s', link: { group: 'servers', loss: '100%' } }],
    },
  },
  {
    breaks: 'The link of the only server is a thousandth of what its answers need',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: {
      groups: {
        servers: {
          role: 'server',
          files: { 'big.bin': '256KiB' },
          link: { uplink: '40KiB/s', downlink: '1MiB/s' },
        },
      },
    },
    script: scriptOf("http.get(base + '/files/big.bin', { timeout: '60s' });"),
  },
  {
    breaks: 'The balancer is killed',
    right: { outcome: 'fail', code: 'mostly-failed' },
    scenario: { groups: behindBalancer, objectives: [...latencyOnly] },
    load: { target: 'balancer' },
    script: throughBalancer,
    act: kill('balancer-1'),
  },
  {
    breaks: 'Every server behind the balancer is killed',
    right: { outcome: 'fail', code: 'mostly-failed' },
    scenario: { groups: behindBalancer },
    load: { target: 'balancer' },
    script: throughBalancer,
    act: kill('servers-1', 'servers-2'),
  },
  {
    breaks: 'The port that users ask is one on which nothing listens',
    right: { outcome: 'fail', code: 'mostly-failed' },
    scenario: { objectives: [...latencyOnly] },
    script: scriptOf("http.get(base.replace(':8080', ':8081') + '/work');"),
  },
  {
    breaks: 'The host that users ask does not exist',
    right: { outcome: 'fail', code: 'mostly-failed' },
    scenario: { objectives: [...latencyOnly] },
    script: scriptOf("http.get('http://nobody.invalid/work');"),
  },
  {
    breaks: 'Users ask for what is not there: every answer is 404, and fast',
    right: { outcome: 'fail', code: 'mostly-failed' },
    scenario: { objectives: [...latencyOnly] },
    script: scriptOf("http.get(base + '/nothing-here');"),
  },
  {
    breaks: 'Every answer breaks off in the middle of its body',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: breaksOff,
    script: scriptOf("http.get(base + '/');"),
  },
  {
    breaks: 'Every answer redirects users to the next one, without end',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: sendsOn,
    script: scriptOf("http.get(base + '/');"),
  },
  {
    breaks: 'Every second answer is 404',
    right: { outcome: 'fail', code: 'objective-missed' },
    script: scriptOf("http.get(base + (turn % 4 < 2 ? '/work' : '/nothing-here'));"),
  },
  {
    breaks: 'Users wait 20 ms for answers that take longer',
    right: { outcome: 'fail', code: 'objective-missed' },
    scenario: { groups: { servers: { role: 'server', replicas: 2, cpus: 0.2, requestCost: '30ms' } } },
    script: scriptOf("http.get(base + '/work', { timeout: '20ms' });"),
  },
];
