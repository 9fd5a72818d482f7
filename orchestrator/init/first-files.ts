// The files of a first scenario, as they are to stand in its folder (pure).
import type { Answers } from './answers.ts';
import { scenarioText } from './scenario-text.ts';

export const SCENARIO_FILE = 'topolab.yaml';

export interface FirstFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly content: string;
}

/** New files. Those that are there are not for this to decide about. */
export function firstFiles(answers: Answers): readonly FirstFile[] {
  return [
    { path: SCENARIO_FILE, content: scenarioText(answers) },
    { path: 'load/users.js', content: scriptText(answers) },
    ...pipeline(answers),
  ];
}

/** Folders that Topolab makes, which nobody wants to commit. */
const ignored = ['runs/', 'studies/', 'failures/', 'charts/', 'calibrations/'] as const;

/** What is there with what is missing at its end; undefined where nothing is missing. */
export function withIgnored(gitignore: string): string | undefined {
  const lines = gitignore.split(/\r?\n/).map((line) => line.trim().replace(/^\//, ''));
  const missing = ignored.filter((folder) => !lines.includes(folder) && !lines.includes(folder.slice(0, -1)));
  if (missing.length === 0) return undefined;
  const before = gitignore === '' || gitignore.endsWith('\n') ? gitignore : `${gitignore}\n`;
  return `${before}${missing.map((folder) => `/${folder}\n`).join('')}`;
}

const SCRIPT = 'load-test';

/** package.json with the script `load-test`; undefined where it has one, or is not to be understood. */
export function withScript(manifest: string): string | undefined {
  const parsed = parseObject(manifest);
  const scripts = parsed?.['scripts'] ?? {};
  if (parsed === undefined || typeof scripts !== 'object' || SCRIPT in Object(scripts)) return undefined;
  const indent = /^[ \t]+(?=")/m.exec(manifest)?.[0] ?? '  ';
  const command = `topolab run ${SCENARIO_FILE}`;
  return `${JSON.stringify({ ...parsed, scripts: { ...scripts, [SCRIPT]: command } }, null, indent)}\n`;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function scriptText({ path }: Answers): string {
  return `// What one user does, again and again: a k6 script, as k6 runs it. BASE_URL leads to the balancer.
import http from 'k6/http';
import { check } from 'k6';

export default function () {
  const response = http.get(\`\${__ENV.BASE_URL}${inTemplate(path)}\`);
  check(response, { 'answered with 200': ({ status }) => status === 200 });
}
`;
}

/** Within backticks. */
function inTemplate(path: string): string {
  return /^[\w/.?=&:%~+-]+$/.test(path) ? path : `\${${JSON.stringify(path)}}`;
}

const RUN = `npx topolab run ${SCENARIO_FILE} --setup --junit junit.xml --markdown summary.md`;

function pipeline({ ci }: Answers): readonly FirstFile[] {
  if (ci === 'github') return [{ path: '.github/workflows/load-test.yml', content: github }];
  if (ci === 'gitlab') return [{ path: 'load-test.gitlab-ci.yml', content: gitlab }];
  return [];
}

const github = `# Fails where an objective is missed (3), the measurement is not valid (4), or the run could not be carried out (1).
name: load-test
on: [pull_request]
permissions: { contents: read }
jobs:
  load-test:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24, cache: npm }
      - run: npm ci
      - run: ${RUN}
      - if: always()
        run: if [ -f summary.md ]; then cat summary.md >> "$GITHUB_STEP_SUMMARY"; fi
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: load-test, path: "runs/\\njunit.xml" }
`;

const gitlab = `# Include it in .gitlab-ci.yml:   include: { local: load-test.gitlab-ci.yml }
# Fails where an objective is missed (3), the measurement is not valid (4), or the run could not be carried out (1).
load-test:
  image: node:24
  services: [docker:27-dind]
  variables: { DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: "" }
  timeout: 30 minutes
  script:
    - npm ci
    - ${RUN}
  artifacts:
    when: always
    paths: [runs/, summary.md]
    reports: { junit: junit.xml }
`;
