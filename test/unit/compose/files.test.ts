import { describe, expect, test } from 'vitest';
import { type Around, composeOf, linesOf } from './compose-of.ts';

function groupsOf(text: string, around: Around = {}, request = {}): unknown {
  const made = composeOf(text, around, request);
  expect(linesOf(made.problems)).toEqual([]);
  return made.groups;
}

describe('what compose files consist of', () => {
  test('variables come from the environment, then from .env', () => {
    const around = { environment: { TAG: '2' }, files: { '.env': 'TAG=1\nNAME=shop' } };
    expect(groupsOf('services: { web: { image: "$NAME:${TAG}" } }', around)).toMatchObject({
      web: { image: 'shop:2' },
    });
  });

  test('the name of the project is what compose would call it', () => {
    const image = '"${COMPOSE_PROJECT_NAME}-web"';
    const around = { files: { 'over.yaml': 'name: "${SHOP:-bakery}"' } };
    const text = `services: { web: { image: ${image} } }`;
    expect(groupsOf(text)).toMatchObject({ web: { image: 'project-web' } });
    expect(groupsOf(`name: shop\n${text}`)).toMatchObject({ web: { image: 'shop-web' } });
    expect(groupsOf(`name: shop\n${text}`, around, { files: ['compose.yaml', 'over.yaml'] })).toMatchObject({
      web: { image: 'bakery-web' },
    });
    expect(groupsOf(text, { environment: { COMPOSE_PROJECT_NAME: 'own' } })).toMatchObject({
      web: { image: 'own-web' },
    });
  });

  test('anchors, merges and extensions', () => {
    const text = `
x-base: &base { image: shop, environment: &env { A: "1" } }
services:
  web: { <<: *base, command: web }
  worker:
    <<: *base
    environment: { <<: *env, B: "2" }
`;
    expect(groupsOf(text)).toMatchObject({
      web: { image: 'shop', env: { A: '1' }, command: ['web'] },
      worker: { image: 'shop', env: { A: '1', B: '2' } },
    });
  });

  test('a later file is written over an earlier one, key by key as compose has it', () => {
    const base = `
services:
  web:
    image: shop:1
    command: [a, b]
    environment: [A=1, B=1]
    ports: ["80:80"]
    volumes: ["data:/data", "logs:/logs"]
    healthcheck: { test: [CMD, a, b], retries: 5 }
    depends_on: [db]
    build: ./app
  db: { image: postgres }
volumes: { data: , logs: }
`;
    const over = `
services:
  web:
    command: [c]
    environment: { B: "2", C: "3" }
    volumes: ["other:/data"]
    healthcheck: { test: [CMD, c] }
    depends_on: { cache: { condition: service_healthy } }
    build: { args: { X: "1" } }
  cache: { image: redis }
volumes: { other: }
`;
    const around = { files: { 'compose.yaml': base, 'over.yaml': over } };
    expect(groupsOf(base, around, { files: ['compose.yaml', 'over.yaml'] })).toMatchObject({
      web: {
        command: ['c'],
        env: { A: '1', B: '2', C: '3' },
        port: 80,
        volumes: { '/data': { volume: 'other' }, '/logs': { volume: 'logs' } },
        ready: { health: { command: ['c'], retries: 5 } },
        after: ['db', 'cache'],
        build: { context: 'app', args: { X: '1' } },
      },
      cache: { image: 'redis', ready: { health: true } },
    });
  });

  test('a later file takes out what an earlier one says, or takes its place', () => {
    const base = `
services:
  web: { image: shop, ports: ["80:80"], environment: { A: "1", B: "1" }, deploy: { replicas: 2, resources: { limits: { cpus: 1 } } }, depends_on: [mail] }
  mail: { image: mail }
`;
    const over = `
services:
  web:
    ports: !override ["90:90"]
    environment: { A: !reset null }
    deploy: !override { replicas: 3 }
    depends_on: !reset []
  mail: !reset null
`;
    const again = 'services: { web: { depends_on: [db] }, db: { image: db, expose: !reset [1] } }';
    const around = { files: { 'compose.yaml': base, 'over.yaml': over, 'again.yaml': again } };
    expect(groupsOf(base, around, { files: ['compose.yaml', 'over.yaml', 'again.yaml'] })).toEqual({
      web: { role: 'service', image: 'shop', port: 90, env: { B: '1' }, replicas: 3, after: ['db'] },
      db: { role: 'service', image: 'db' },
    });
  });

  test('a service extends another one, of this file or another, relative to where that stands', () => {
    const text = `
services:
  web: { extends: base, environment: { B: "2" } }
  base: { image: shop, environment: { A: "1", B: "1" }, profiles: [none] }
  api: { extends: { file: common/base.yaml, service: api }, command: serve }
`;
    const around = {
      files: {
        'common/base.yaml':
          'services: { api: { extends: { service: root }, env_file: api.env }, root: { image: api, volumes: ["./conf:/etc/api"] } }',
        'common/api.env': 'A=file',
      },
      folders: ['common/conf'],
    };
    expect(groupsOf(text, around, { profiles: ['none'] })).toMatchObject({
      web: { image: 'shop', env: { A: '1', B: '2' } },
      api: {
        image: 'api',
        command: ['serve'],
        env: { A: 'file' },
        copy: { '/etc/api': { from: 'common/conf' } },
      },
    });
  });

  test('an included file has its own folder and .env, and may be changed', () => {
    const text = `
include: [db/compose.yaml, { path: [cache/a.yaml, cache/b.yaml], env_file: cache/own.env }]
services: { web: { image: shop, depends_on: [db] }, db: { environment: { B: "2" } } }
`;
    const around = {
      files: {
        'db/compose.yaml':
          'services: { db: { image: "postgres:$TAG", volumes: ["./conf:/conf"], environment: { A: "1" } } }',
        'db/.env': 'TAG=17',
        'cache/a.yaml': 'services: { cache: { image: "redis:$TAG" } }',
        'cache/b.yaml': 'services: { cache: { command: redis-server } }',
        'cache/own.env': 'TAG=7',
      },
      folders: ['db/conf'],
    };
    expect(groupsOf(text, around)).toMatchObject({
      web: { after: ['db'] },
      db: { image: 'postgres:17', env: { A: '1', B: '2' }, copy: { '/conf': { from: 'db/conf' } } },
      cache: { image: 'redis:7', command: ['redis-server'] },
    });
  });
});

describe('which services run', () => {
  const text = `
services:
  web: { image: shop, depends_on: { db: { condition: service_started }, trace: { condition: service_started, required: false } } }
  db: { image: postgres }
  other: { image: other }
  trace: { image: trace, profiles: [debug] }
  load: { image: load, profiles: [test, debug], depends_on: [web] }
`;

  test.each([
    ['those without a profile', {}, {}, ['web', 'db', 'other']],
    ['those of a chosen profile too', { profiles: ['debug'] }, {}, ['web', 'db', 'other', 'trace', 'load']],
    ['those of COMPOSE_PROFILES', {}, { COMPOSE_PROFILES: 'test' }, ['web', 'db', 'other', 'load']],
    ['those that are named, and what they need', { services: ['web'] }, {}, ['web', 'db']],
    ['a named one brings its profile', { services: ['load'] }, {}, ['web', 'db', 'trace', 'load']],
  ])('%s', (_, request, environment, expected) => {
    expect(Object.keys(groupsOf(text, { environment }, request) as object)).toEqual(expected);
  });

  test('variables fill no memory', () => {
    const { problems } = composeOf(`services: { a: { image: x, command: [${'"$B",'.repeat(100)}] } }`, {
      environment: { B: 'x'.repeat(100_000) },
    });
    expect(linesOf(problems)).toEqual([
      expect.stringMatching(
        /: variables make more than 4 MiB of text up to here; use fewer or shorter ones$/,
      ),
    ]);
  });

  test('one that is named and not there is told of', () => {
    expect(composeOf(text, {}, { services: ['web', 'wbe'] }).unknownServices).toEqual([
      { index: 1, message: 'there is no service "wbe"; did you mean "web"?' },
    ]);
  });
});

describe('what is wrong with compose files is told at its place', () => {
  test.each<[string, string, string[]]>([
    [
      'no mapping',
      '- a\n- b',
      ['compose.yaml:1:1 is no compose file; write for example services: { web: { image: nginx } }'],
    ],
    [
      'no YAML',
      'services: { web: {',
      [
        'compose.yaml:1:11 this { is not closed; write } where it ends',
        'compose.yaml:1:18 this { is not closed; write } where it ends',
      ],
    ],
    [
      'a key that does not exist',
      'services:\n  web:\n    image: a\n    prots: ["80:80"]',
      ['compose.yaml:4:5 services.web.prots: is not known here; did you mean "ports"?'],
    ],
    [
      'a value of another kind',
      'services:\n  web:\n    image: [a]',
      ['compose.yaml:3:12 services.web.image: is a list; write text, in quotes'],
    ],
    [
      'a tag',
      'services:\n  web: { image: a, ports: !rest [] }',
      ['compose.yaml:2:27 !rest is a tag, and none is known here; leave it out'],
    ],
    [
      'a name that Docker does not take',
      'services:\n  web: { image: a, container_name: "-" }',
      [
        'compose.yaml:2:36 services.web.container_name: has a form that compose does not take; write text that matches /[a-zA-Z0-9][a-zA-Z0-9_.-]+/',
      ],
    ],
    [
      'neither image nor build',
      'services:\n  web: { command: a }',
      ['compose.yaml:2:3 services.web: has neither `image` nor `build`; write one of them'],
    ],
    [
      'an unknown dependency',
      'services:\n  web: { image: a, depends_on: [bd] }\n  db: { image: b }',
      ['compose.yaml:2:33 services.web.depends_on[0]: there is no service "bd"; write one of web, db'],
    ],
    [
      'a dependency that does not run',
      'services:\n  web: { image: a, depends_on: [db] }\n  db: { image: b, profiles: [x] }',
      [
        'compose.yaml:2:33 services.web.depends_on[0]: "db" is not among the services that run; name its profile in `compose.profiles`, or write required: false',
      ],
    ],
    [
      'an unknown volume',
      'services:\n  web: { image: a, volumes: ["data:/data"] }',
      [
        'compose.yaml:2:30 services.web.volumes[0]: there is no volume "data" under `volumes`; write it there, or ./data for a folder',
      ],
    ],
    [
      'an unknown secret',
      'services:\n  web: { image: a, secrets: [key] }',
      [
        'compose.yaml:2:30 services.web.secrets[0]: there is nothing named "key" under `secrets`; write it there',
      ],
    ],
    [
      'an unknown network',
      'services:\n  web: { image: a, networks: [back] }',
      [
        'compose.yaml:2:31 services.web.networks[0]: there is no network "back" under `networks`; write it there',
      ],
    ],
    [
      'a volume without a place',
      'services:\n  web: { image: a, volumes: ["a:b:c:d"] }',
      [
        'compose.yaml:2:30 services.web.volumes[0]: "a:b:c:d" names no place in the container; write for example ./conf:/etc/app, or data:/var/lib/data',
      ],
    ],
    [
      'a variable that must be set',
      'services:\n  web: { image: "${TAG:?say which}" }',
      [
        'compose.yaml:2:17 services.web.image: needs the variable TAG: say which; set it in the environment or in .env',
      ],
    ],
    [
      'a size that is none',
      'services:\n  web: { image: a, mem_limit: lots }',
      ['compose.yaml:2:31 services.web.mem_limit: "lots" is not a size; write for example 512m'],
    ],
    [
      'a duration that is none',
      'services:\n  web: { image: a, stop_grace_period: 10 }',
      [
        'compose.yaml:2:39 services.web.stop_grace_period: is 10; write text, in quotes',
        'compose.yaml:2:39 services.web.stop_grace_period: "10" is not a duration; write for example 30s',
      ],
    ],
    [
      'a command with an open quote',
      "services:\n  web: { image: a, command: 'a \"b' }",
      [
        'compose.yaml:2:29 services.web.command: holds a quote that is not closed; write another one where the word ends',
      ],
    ],
    [
      'a file of variables that is missing',
      'services:\n  web: { image: a, env_file: no.env }',
      ['compose.yaml:2:30 services.web.env_file: "no.env" can\'t be read: there is no such file'],
    ],
    [
      'an included file that is missing',
      'include: [no.yaml]\nservices: { web: { image: a } }',
      ['compose.yaml:1:11 include[0]: "no.yaml" can\'t be read: there is no such file'],
    ],
    [
      'a circle of included files',
      'include: [a.yaml]\nservices: { web: { image: a } }',
      ['a.yaml:1:11 include[0]: includes a file in which it is included itself; leave one of them out'],
    ],
    [
      'a circle of extended services',
      'services:\n  a: { extends: b }\n  b: { extends: a, image: x }',
      [
        'compose.yaml:2:17 services.a.extends: extends a service that extends it in turn; leave one of them out',
        'compose.yaml:3:17 services.b.extends: extends a service that extends it in turn; leave one of them out',
      ],
    ],
    [
      'a service to extend that is not there',
      'services:\n  a: { image: x, extends: { service: c } }',
      ['compose.yaml:2:27 services.a.extends: there is no service "c" in compose.yaml; write one of a'],
    ],
    [
      'a repository to build from',
      'services:\n  a: { build: "https://github.com/a/b.git" }',
      [
        'compose.yaml:2:15 services.a.build: "https://github.com/a/b.git" is a repository; clone it, and write its folder',
      ],
    ],
    [
      'two services of one name here',
      'services:\n  a_b: { image: x }\n  a-b: { image: y }',
      ['compose.yaml:3:3 services.a-b: is the group a-b here, and so is "a_b"; rename one of them'],
    ],
    [
      'a broken file of variables',
      'services:\n  web: { image: a, env_file: bad.env }',
      ['bad.env:2:1 is no variable; write NAME=value'],
    ],
  ])('%s', (_, text, expected) => {
    const files = { 'a.yaml': 'include: [compose.yaml]', 'bad.env': 'A=1\n=2\n' };
    expect(linesOf(composeOf(text, { files }).problems)).toEqual(expected);
  });
});
