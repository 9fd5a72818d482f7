// A first scenario as text: with comments, for people go on from it.
import { stringify } from 'yaml';
import type { Answers } from './answers.ts';

/** Users that may wait at once: as many as come in ten seconds, and some at least. */
const patientSeconds = 10;

/** Its limits of CPU add up to two cores at the start: the smallest machines of pipelines have no more. */
export function scenarioText(answers: Answers): string {
  const { name, ratePerSecond, compose } = answers;
  const served = compose?.target ?? 'app';
  const balancer = balancerOf(answers);
  const rate = `${ratePerSecond}/s`;
  return `# yaml-language-server: $schema=./node_modules/topolab/docs/reference/scenario.schema.json
#
#   npx topolab run topolab.yaml --setup    do the objectives hold? A report, and an exit code for CI
#   npx topolab capacity topolab.yaml       how many containers carry the target, and what they cost: about 15 minutes
#   npx topolab failures topolab.yaml       what the loss of each container costs
name: ${word(name)}
seed: 1

${groups(answers)}

load:
  users:
    script: load/users.js
    target: ${balancer}
    model: open # users come at this rate, however slowly they are answered
    startRate: ${rate}
    stages: [{ duration: 30s, rate: ${rate} }]
    maxVirtualUsers: ${Math.max(50, Math.ceil(ratePerSecond * patientSeconds))}
    cpus: 0.75

objectives:
  - latency: { percentile: 95, below: 500ms }
  - errors: { atMost: 1% }
  - delivered: { atLeast: 99% }

capacity:
  load: users
  sizes: { group: ${served}, replicas: [1, 2, 3] }
  rate: { from: ${Math.max(1, Math.round(ratePerSecond / 4))}/s, to: ${ratePerSecond * 20}/s }
  trials: { min: 2, max: 4 }
  target: ${rate}
  prices: { currency: EUR, groups: { ${served}: 0.02, ${balancer}: 0.01 } } # an hour and container
`;
}

function groups(answers: Answers): string {
  const { compose, ready } = answers;
  const balancer = `${balancerOf(answers)}: { role: balancer, balances: ${compose?.target ?? 'app'}, algorithm: leastconn, cpus: 0.25 }`;
  if (compose === null)
    return `groups:
  app:
    role: server
${system(answers)}
    replicas: 2
    cpus: 0.5 # of one core, each; what you would pay for
    memory: 256MiB
  ${balancer}`;
  const readiness = ready === null ? '' : `\n    ready: { http: ${inBraces(ready)}, timeout: 60s }`;
  return `# Each service of the file is a group of the same name. What is written here overrides what the file says about it.
compose: ${composeOf(compose)}

groups:
  ${compose.target}:
    role: server${readiness}
    replicas: 2
    cpus: 0.5 # of one core, each; what you would pay for
  ${balancer}`;
}

function composeOf({ files, profiles }: NonNullable<Answers['compose']>): string {
  const [first = '', ...others] = files;
  if (others.length === 0 && profiles.length === 0) return word(first);
  const listed = (texts: readonly string[]) => `[${texts.map(inBraces).join(', ')}]`;
  const chosen = profiles.length === 0 ? '' : `, profiles: ${listed(profiles)}`;
  return `{ files: ${listed(files)}${chosen} }`;
}

/** No service has that name. */
function balancerOf({ compose }: Answers): string {
  return compose?.target === 'balancer' ? 'entrance' : 'balancer';
}

function system({ image, port, ready }: Answers): string {
  if (image === null)
    return `    # Topolab's own server, to see how this works. For your own system, write: image, port, env, command.
    requestCost: 4ms`;
  const readiness = ready === null ? '' : `\n    ready: { http: ${inBraces(ready)}, timeout: 60s }`;
  return `    image: ${word(image)}
    port: ${port}${readiness}
    # env: { LOG_LEVEL: warn }`;
}

/** Within { } a brace or comma would end it, and `${` begins a parameter. */
function inBraces(text: string): string {
  return /^[\w/.-]+$/.test(text) ? text : JSON.stringify(text.replaceAll('${', () => '$${'));
}

/** As YAML writes it, in quotes where it needs them. */
function word(text: string): string {
  return stringify(text).trimEnd();
}
