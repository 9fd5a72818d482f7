import { describe, expect, test } from 'vitest';
import { type Around, composeOf, linesOf } from './compose-of.ts';

/** The only service of that text, as a group. */
function groupOf(service: string, rest = '', around: Around = {}): unknown {
  const indented = service.replaceAll('\n', '\n    ');
  const made = composeOf(`services:\n  web:\n    image: shop:1.4\n    ${indented}\n${rest}`, around);
  expect(linesOf(made.problems)).toEqual([]);
  const { role, image, ...fields } = made.groups['web'] as Record<string, unknown>;
  expect({ role, image }).toEqual({ role: 'service', image: 'shop:1.4' });
  return fields;
}

describe('what a service asks for, as a group', () => {
  test.each<[string, string, object]>([
    ['a command in one text', 'command: server --port 80', { command: ['server', '--port', '80'] }],
    ['a command in words', 'command: [server, "--x=a b"]', { command: ['server', '--x=a b'] }],
    ['no command', 'command:', {}],
    ['an entrypoint', 'entrypoint: /run.sh -v', { entrypoint: ['/run.sh', '-v'] }],
    ['an entrypoint that takes away the image’s', 'entrypoint: []', { entrypoint: [] }],
    [
      'variables as a mapping',
      'environment: { A: 1.10, B: true, C: "", D: 007 }',
      { env: { A: '1.10', B: 'true', C: '', D: '007' } },
    ],
    ['variables as a list', 'environment: [A=1, "B=x=y", C=]', { env: { A: '1', B: 'x=y', C: '' } }],
    ['variables of the environment', 'environment: [HERE, NOWHERE]', { env: { HERE: 'yes' } }],
    [
      'variables of a file, below its own',
      'env_file: web.env\nenvironment: { A: own }',
      { env: { A: 'own', B: 'file' } },
    ],
    ['a file of variables that may be missing', 'env_file: [{ path: none.env, required: false }]', {}],
    ['user and folder', 'user: "1000:1000"\nworking_dir: /app', { user: '1000:1000', workdir: '/app' }],
    ['a user of variables that are not set', 'user: ":"', {}],
    [
      'times of 0, which are the defaults',
      'healthcheck: { test: [CMD, x], interval: 0s, retries: 0 }',
      { ready: { timeout: '60000ms', health: { command: ['x'], retries: 3 } } },
    ],
    ['a port', 'ports: ["8080:80"]', { port: 80 }],
    ['the first TCP port', 'ports: ["53:53/udp", "127.0.0.1:8443:443", "80:80"]', { port: 443 }],
    ['a port in the long form', 'ports: [{ target: 80, published: "8080" }]', { port: 80 }],
    ['a range of ports', 'ports: ["9000-9002:8000-8002"]', { port: 8000 }],
    ['a port that is only exposed', 'expose: ["3000"]', { port: 3000 }],
    ['limits', 'cpus: 0.5\nmem_limit: 512m\npids_limit: 100', { cpus: 0.5, memory: '536870912B', pids: 100 }],
    [
      'limits of deploy',
      'deploy: { replicas: 3, resources: { limits: { cpus: "0.25", memory: 1.5G } } }',
      { replicas: 3, cpus: 0.25, memory: '1610612736B' },
    ],
    ['a quota', 'cpu_quota: 50000', { cpus: 0.5 }],
    ['no limit', 'pids_limit: -1\nmem_limit: 0', {}],
    ['a scale', 'scale: 2', { replicas: 2 }],
    [
      'the way to stop',
      'stop_signal: INT\nstop_grace_period: 1m30s',
      { stopSignal: 'SIGINT', stopGrace: '90000ms' },
    ],
    ['a signal by its number', 'stop_signal: "15"', { stopSignal: 'SIGTERM' }],
    [
      'limits of processes',
      'ulimits: { nproc: 65535, nofile: { soft: 20000, hard: 40000 } }',
      { ulimits: { nproc: 65535, nofile: { soft: 20000, hard: 40000 } } },
    ],
    ['shared memory', 'shm_size: 64M', { shm: '67108864B' }],
    ['capabilities', 'cap_add: [CAP_NET_ADMIN, SYS_TIME]', { capabilities: ['NET_ADMIN', 'SYS_TIME'] }],
    [
      'memory as a file system',
      'tmpfs: [/run, "/tmp:size=64m,mode=1777"]',
      { tmpfs: { '/run': '1073741824B', '/tmp': '67108864B' } },
    ],
    ['memory at a place with a slash behind it', 'tmpfs: /run/', { tmpfs: { '/run': '1073741824B' } }],
    ['memory that is shared', 'tmpfs: /dev/shm:size=1g', { shm: '1073741824B' }],
    [
      'on which terms its image is got',
      'pull_policy: if_not_present\nplatform: linux/arm64',
      { pull: 'missing', platform: 'linux/arm64' },
    ],
    ['a name of its container', 'container_name: shop_web', { aliases: ['shop_web'] }],
    [
      'a file that is copied',
      'volumes: ["./web.env:/etc/web.env:ro"]',
      { copy: { '/etc/web.env': { from: 'web.env' } } },
    ],
    [
      'a folder that is copied',
      'volumes: [{ type: bind, source: ./html, target: /usr/share/html }]',
      { copy: { '/usr/share/html': { from: 'html', alone: true } } },
    ],
    [
      'a folder that is copied but for what the image has in a part of it',
      'volumes: [/app/html/node_modules, "./html:/app/html", /var/cache]',
      { copy: { '/app/html': { from: 'html', alone: true, keep: ['node_modules'] } } },
    ],
    ['a volume without a name', 'volumes: [/app/node_modules]', {}],
    [
      'memory among volumes',
      'volumes: [{ type: tmpfs, target: /cache, tmpfs: { size: 1048576 } }]',
      { tmpfs: { '/cache': '1048576B' } },
    ],
    [
      'a health check by the shell',
      'healthcheck: { test: "curl -f localhost || exit 1", interval: 5s, timeout: 3s, retries: 5, start_period: 10s }',
      {
        ready: {
          timeout: '60000ms',
          health: {
            command: ['/bin/sh', '-c', 'curl -f localhost || exit 1'],
            interval: '5000ms',
            timeout: '3000ms',
            retries: 5,
            startPeriod: '10000ms',
          },
        },
      },
    ],
    [
      'a health check in words, with patience',
      'healthcheck: { test: [CMD, pg_isready], interval: 30s, timeout: 30s, retries: 10 }',
      {
        ready: {
          timeout: '600000ms',
          health: { command: ['pg_isready'], interval: '30000ms', timeout: '30000ms', retries: 10 },
        },
      },
    ],
    [
      'other times of the image’s health check',
      'healthcheck: { interval: 2s }',
      { ready: { timeout: '60000ms', health: true } },
    ],
    ['no health check', 'healthcheck: { disable: true }', {}],
    ['no health check, in the old words', 'healthcheck: { test: [NONE] }', {}],
  ])('%s', (_, service, expected) => {
    const around = {
      environment: { HERE: 'yes' },
      files: { 'web.env': 'A=file\nB=file\n' },
      folders: ['html'],
    };
    expect(groupOf(service, '', around)).toEqual(expected);
  });

  test('volumes with names are those of the run', () => {
    expect(groupOf('volumes: ["db_data:/data", "shared:/in:ro"]', 'volumes: { db_data: , shared: }')).toEqual(
      {
        volumes: { '/data': { volume: 'db-data' }, '/in': { volume: 'shared', readOnly: true } },
      },
    );
  });

  test('configs are copied in, secrets handed over', () => {
    const rest = `
configs:
  plain: { file: ./web.env }
  inline: { content: "port = 80\\n" }
  variable: { environment: HERE }
secrets:
  db-password: { file: ./web.env }
  token: { environment: TOKEN }
`;
    const service =
      'configs: [plain, { source: inline, target: /etc/web.conf, mode: "0440", uid: "33" }, variable]\nsecrets: [db-password, { source: token, target: api }]';
    const around = { environment: { HERE: 'yes' }, files: { 'web.env': '' } };
    const inFile = { ...around, files: { 'web.env': '', '.env': 'TOKEN=x' } };
    expect(groupOf(service, rest, inFile)).toMatchObject({
      secrets: { token: { file: '.env', variable: 'TOKEN', path: '/run/secrets/api' } },
    });
    expect(groupOf(service, rest, around)).toEqual({
      copy: {
        '/plain': { from: 'web.env' },
        '/etc/web.conf': { text: 'port = 80\n', mode: '0440', owner: '33:0' },
        '/variable': { text: 'yes' },
      },
      secrets: {
        db_password: { file: 'web.env', path: '/run/secrets/db-password' },
        token: { env: 'TOKEN', path: '/run/secrets/api' },
      },
    });
  });

  test('a build goes before an image', () => {
    const { groups, problems } = composeOf(
      `
services:
  short: { build: ./app }
  long:
    image: shop:1.4
    build: { context: ., dockerfile: docker/Dockerfile, target: prod, args: [A=1, HERE], tags: [x] }
  inline:
    build: { context: app, dockerfile_inline: FROM scratch }
`,
      { environment: { HERE: 'yes' } },
    );
    expect(linesOf(problems)).toEqual([]);
    expect(groups).toEqual({
      short: { role: 'service', build: { context: 'app' } },
      long: {
        role: 'service',
        build: {
          context: '.',
          dockerfile: 'docker/Dockerfile',
          target: 'prod',
          args: { A: '1', HERE: 'yes' },
        },
      },
      inline: { role: 'service', build: { context: 'app', text: 'FROM scratch' } },
    });
  });

  test('who waits for whom, and how the others are ready', () => {
    const { groups, problems } = composeOf(`
services:
  web:
    image: shop
    depends_on:
      db: { condition: service_healthy }
      migrate: { condition: service_completed_successfully }
      cache: { condition: service_started }
      trace: { condition: service_started, required: false }
    links: ["db:database"]
  worker: { image: shop, depends_on: [web] }
  db: { image: postgres, healthcheck: { test: pg_isready } }
  cache: { image: redis }
  migrate: { image: shop, depends_on: { cache: { condition: service_healthy } } }
  trace: { image: jaeger, profiles: [debug] }
`);
    expect(linesOf(problems)).toEqual([]);
    expect(groups).toMatchObject({
      web: { after: ['db', 'migrate', 'cache'] },
      worker: { after: ['web'] },
      db: { aliases: ['database'], ready: { health: { command: ['/bin/sh', '-c', 'pg_isready'] } } },
      cache: { ready: { health: true } },
      migrate: { ready: { completed: true }, after: ['cache'] },
    });
    expect(groups).not.toHaveProperty('trace');
  });

  test('whoever has to end first is waited for to the end, whatever says that it is healthy', () => {
    const ready = (text: string): unknown => Reflect.get(Object(composeOf(text).groups['seed']), 'ready');
    const seed = 'seed: { image: shop, healthcheck: { test: [CMD, x] } }';
    const web = 'web: { image: shop, depends_on: { seed: { condition: service_completed_successfully } } }';
    expect(ready(`services:\n  ${web}\n  ${seed}`)).toEqual({ completed: true });
    expect(ready(`services:\n  ${seed}\n  ${web}`)).toEqual({ completed: true });
  });

  test('names that are none here', () => {
    const { groups, problems } = composeOf(`
services:
  My_App.1: { image: shop, depends_on: [prometheus] }
  prometheus: { image: prom/prometheus }
`);
    expect(linesOf(problems)).toEqual([]);
    expect(groups).toEqual({
      'my-app-1': { role: 'service', image: 'shop', aliases: ['My_App.1'], after: ['own-prometheus'] },
      'own-prometheus': { role: 'service', image: 'prom/prometheus', aliases: ['prometheus'] },
    });
  });
});

describe('what is told of a service, and runs all the same', () => {
  test.each([
    [
      'volumes: [/var/run/docker.sock:/var/run/docker.sock]',
      "volumes[0]: nodes don't get the engine's socket: whoever has it controls the host",
    ],
    [
      'volumes: ["~/data:/data"]',
      "volumes[0]: ~/data lies outside of the scenario's folder and is not copied: /data is as the image has it",
    ],
    [
      'volumes: ["../x:/x"]',
      "volumes[0]: ../x lies outside of the scenario's folder and is not copied: /x is as the image has it",
    ],
    [
      'volumes: ["./none:/x"]',
      'volumes[0]: nothing lies at ./none that could be copied: /x is as the image has it',
    ],
    [
      'cap_add: [ALL]',
      'cap_add[0]: a node does not get all capabilities; write the `capabilities` that it needs in its group',
    ],
    ['tmpfs: ["/cache:size=8m,exec"]', 'tmpfs[0]: exec is not honoured: no program runs from /cache'],
    [
      'user: "$NONE"',
      'user: the variable NONE is not set, and nothing stands for it; set it in the environment or in .env',
    ],
  ])('%s', (line, expected) => {
    const { remarks, problems } = composeOf(`services:\n  web:\n    image: shop\n    ${line}`);
    expect(linesOf(problems)).toEqual([]);
    const column = 5 + line.search(/(?<=: \[?)\S/) + (line.includes('[') ? 1 : 0);
    expect(linesOf(remarks)).toEqual([`compose.yaml:4:${column} services.web.${expected}`]);
  });

  test.each([
    [
      'command: npm run migrate && npm start',
      'command: ends before "&& npm start", as in compose: no shell runs it; write [sh, -c, "…"] for that',
    ],
    [
      'healthcheck: { interval: 5s }',
      "healthcheck: its times are not set: the image's own check has its own; write `test`, too",
    ],
  ])('%s, at its key', (line, expected) => {
    const { remarks, problems } = composeOf(`services:\n  web:\n    image: shop\n    ${line}`);
    expect(linesOf(problems)).toEqual([]);
    expect(linesOf(remarks)).toEqual([`compose.yaml:4:5 services.web.${expected}`]);
  });

  test('a host name is one for others', () => {
    const { groups, remarks } = composeOf(`
services:
  broker: { image: kafka, hostname: broker }
  db: { image: postgres, hostname: db-1.internal }
`);
    expect(groups).toMatchObject({ db: { aliases: ['db-1.internal'] } });
    expect(groups['broker']).not.toHaveProperty('aliases');
    expect(linesOf(remarks)).toEqual([
      "compose.yaml:3:27 services.broker.hostname: is only a name by which others reach it: a program that asks for its own host name gets the engine's (and so in 1 more place)",
    ]);
  });

  test('networks keep nobody apart, and addresses are the run’s', () => {
    const { remarks, groups } = composeOf(`
services:
  web: { image: shop, networks: { front: { aliases: [www], ipv4_address: 10.0.0.9 }, back: } }
  db: { image: postgres, networks: [back] }
  edge: { image: nginx, networks: [front] }
networks: { front: , back: }
`);
    expect(groups).toMatchObject({ web: { aliases: ['www'] } });
    expect(linesOf(remarks)).toEqual([
      "compose.yaml:3:60 services.web.networks.front.ipv4_address: ipv4_address is not set: a run's network has addresses of its own",
      'compose.yaml:6:1 networks: keep no services from each other: all nodes of a run are on one network (here db and edge are, too)',
    ]);
  });

  test('networks that are more than the names of services on them', () => {
    const { remarks } = composeOf(`
services:
  web: { image: shop, networks: [front, back, old] }
networks:
  front: { external: true }
  back: { internal: true }
  old: { external: { name: shared } }
  unused: { external: true }
`);
    expect(linesOf(remarks)).toEqual([
      "compose.yaml:5:3 networks.front: is the run's own network here: what else is on it can't be reached",
      'compose.yaml:6:3 networks.back: keeps nobody from the internet; write network: { internet: false } in the scenario for that',
      "compose.yaml:7:3 networks.old: is the run's own network here: what else is on it can't be reached",
    ]);
  });

  test('volumes are the engine’s own, whole, and begin as the image is there', () => {
    const { groups, remarks } = composeOf(`
services:
  web:
    image: shop
    volumes:
      - "data:/data:nocopy"
      - { type: volume, source: nas, target: /nas/, volume: { subpath: a/b } }
volumes:
  data: { driver_opts: {} }
  nas: { driver_opts: { type: nfs, o: addr=10.0.0.1, device: ":/export" } }
`);
    expect(groups['web']).toMatchObject({
      volumes: { '/data': { volume: 'data' }, '/nas': { volume: 'nas' } },
    });
    expect(linesOf(remarks)).toEqual([
      'compose.yaml:6:9 services.web.volumes[0].nocopy: is not honoured: the volume begins as the image is there',
      "compose.yaml:10:10 volumes.nas.driver_opts: is not honoured: in a run it is a volume of the engine's own, which begins as the image has it",
      'compose.yaml:7:9 services.web.volumes[1].subpath: is not honoured: the whole volume is there',
    ]);
  });

  test('secrets that not everybody was to read', () => {
    const { remarks } = composeOf(
      'services: { web: { image: shop, secrets: [{ source: key, mode: 0400 }] } }\nsecrets: { key: { environment: KEY } }',
    );
    expect(linesOf(remarks)).toEqual([
      'compose.yaml:1:43 services.web.secrets[0]: its uid, gid and mode are not set: everybody in the container may read it',
    ]);
  });

  test('a volume from elsewhere begins as the image has it', () => {
    const { remarks } = composeOf(
      'services: { db: { image: postgres, volumes: ["data:/var/lib/postgresql/data"] } }\nvolumes: { data: { external: true } }',
    );
    expect(linesOf(remarks)).toEqual([
      'compose.yaml:2:12 volumes.data: what an external volume holds is not touched: in a run it begins as the image has it',
    ]);
  });
});
