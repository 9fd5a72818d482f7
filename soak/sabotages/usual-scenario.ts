// The scenario that sabotages break: two servers, ten seconds of load, and what users expect.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/docker/topolab.ts';
import type { Sabotage } from './sabotage.ts';

/** Asks the servers in turn, one request an iteration. */
export function scriptOf(work: string, options = ''): string {
  return `
import { check, sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
${options}
const nodes = __ENV.NODE_URLS.split(',');
export default function () {
  const turn = exec.scenario.iterationInTest;
  const base = nodes[turn % nodes.length];
  ${work}
}
`;
}

const usualScript = scriptOf(`
  const answer = http.get(base + '/work', { timeout: '60s' });
  check(answer, { served: ({ status }) => status === 200 });
`);

const seconds = 10;

/** Writes it with what a sabotage changes of it. Returns the path of the file. */
export function writeScenario({ scenario, load, script = usualScript, files = {} }: Sabotage): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'script.js'), script);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const whole = {
    name: 'sabotaged',
    groups: { servers: { role: 'server', replicas: 2, cpus: 0.5, memory: '96MiB' } },
    load: {
      users: {
        script: 'script.js',
        target: 'servers',
        model: 'open',
        startRate: '20/s',
        stages: [{ duration: `${seconds}s`, rate: '20/s' }],
        maxVirtualUsers: 400,
        ...load,
      },
    },
    phases: [{ name: 'all', duration: `${seconds}s` }],
    objectives: [{ latency: { percentile: 95, below: '1s' } }, { errors: { atMost: '5%' } }],
    ...scenario,
  };
  const file = join(folder, 'scenario.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(whole, null, 2));
  return file;
}
