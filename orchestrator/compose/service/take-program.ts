// What a service runs: its image, command, variables and limits.
import { dirname, resolve } from 'node:path';
import { parseEnvFile } from '../file/env-file.ts';
import { pairsOf } from '../file/merge-parts.ts';
import { entriesOf, isEmpty, itemsOf, type Part, textOf } from '../file/part.ts';
import { readNamed } from '../file/read-part.ts';
import { splitWords } from '../file/split-words.ts';
import { bytesOf, durationMsOf, numberOf, truthOf } from './quantities.ts';
import { problem, remark, remarkNotHonoured, type Take, type Taking } from './taking.ts';

/** A field of the same meaning, the text as it stands. */
export function asText(field: string): Take {
  return (part, path, { draft }) => {
    if (textOf(part) !== '') draft.set([field], textOf(part), part, path);
  };
}

export function asBytes(field: string): Take {
  return (part, path, taking) => {
    const bytes = bytesOf(part);
    if (bytes === undefined)
      problem(taking, part, path, `${JSON.stringify(textOf(part))} is not a size; write for example 512m`);
    // 0 and -1 are none.
    else if (bytes > 0) taking.draft.set([field], `${bytes}B`, part, path);
  };
}

export function asDuration(field: string): Take {
  return (part, path, taking) => {
    const ms = durationMsOf(part);
    if (ms === undefined)
      problem(taking, part, path, `${JSON.stringify(textOf(part))} is not a duration; write for example 30s`);
    else taking.draft.set([field], `${ms}ms`, part, path);
  };
}

export function asNumber(field: string): Take {
  return (part, path, taking) => {
    const value = numberOf(part);
    if (value === undefined)
      problem(taking, part, path, `${JSON.stringify(textOf(part))} is not a number; write for example 2`);
    else taking.draft.set([field], value, part, path);
  };
}

/** 0 and below are no limit. */
export function asLimit(field: string): Take {
  return (part, path, taking) => {
    const value = numberOf(part);
    if (value !== undefined && value <= 0) return;
    asNumber(field)(part, path, taking);
  };
}

export const takeEntrypoint: Take = (part, path, taking) => {
  const words = wordsOf(part, path, taking);
  if (words !== undefined) taking.draft.set(['entrypoint'], words, part, path);
};

export const takeCommand: Take = (part, path, taking) => {
  const words = wordsOf(part, path, taking);
  if (words !== undefined && words.length > 0) taking.draft.set(['command'], words, part, path);
};

function wordsOf(
  part: Part,
  path: readonly (string | number)[],
  taking: Taking,
): readonly string[] | undefined {
  if (isEmpty(part)) return undefined;
  if (part.kind === 'list') return part.items.map(textOf);
  const split = splitWords(textOf(part));
  if ('problem' in split) {
    problem(taking, part, path, split.problem);
    return undefined;
  }
  if (split.rest !== '')
    remark(
      taking,
      part,
      path,
      `ends before ${JSON.stringify(split.rest)}, as in compose: no shell runs it; write [sh, -c, "…"] for that`,
    );
  return split.words;
}

/** What `environment` says comes before what files say. */
export const takeEnvFile: Take = (part, path, taking) => {
  const { draft, project } = taking;
  for (const [index, item] of itemsOf(part).entries()) {
    const named = entriesOf(item).get('path') ?? item;
    const file = resolve(named.place.source.folder, textOf(named));
    const required = entriesOf(item).get('required');
    if (required !== undefined && !truthOf(required) && project.surroundings.lyingAt(file) === undefined)
      continue;
    const at = part.kind === 'list' ? [...path, index] : path;
    const text = readNamed(file, named, at, project.surroundings, project.found);
    if (text === undefined) continue;
    const raw = textOf(entriesOf(item).get('format')) === 'raw';
    const read = raw ? rawLines(text) : parseEnvFile(text, { valueOf: project.valueOf });
    const source = { name: nameBeside(named, textOf(named)), folder: dirname(file) };
    for (const { line, message } of read.problems)
      project.found.problems.push({ place: { source, line, column: 1 }, path: [], message });
    for (const [name, value] of read.values)
      if (!hasVariable(taking, name)) draft.set(['env', name], value, named, at);
  }
};

/** Each line as it is: `NAME=value`. */
function rawLines(text: string): Pick<ReturnType<typeof parseEnvFile>, 'values' | 'problems'> {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && line.includes('='));
  const pairs = lines.map(
    (line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const,
  );
  return { values: new Map(pairs), problems: [] };
}

function nameBeside({ place }: Part, written: string): string {
  return `${dirname(place.source.name) === '.' ? '' : `${dirname(place.source.name)}/`}${written.replace(/^\.\//, '')}`;
}

function hasVariable({ service }: Taking, name: string): boolean {
  return pairsOf(entriesOf(service).get('environment')).has(name);
}

/** A name alone stands for the variable of that name around; where there is none, it is not set. */
export const takeEnvironment: Take = (part, path, { draft, project }) => {
  for (const [name, value] of pairsOf(part)) {
    const text = isEmpty(value) ? project.valueOf(name) : textOf(value);
    if (text !== undefined) draft.set(['env', name], text, value, [...path, name]);
  }
};

export const takeHealthcheck: Take = (part, path, taking) => {
  const { draft } = taking;
  const entries = entriesOf(part);
  const test = entries.get('test');
  const first = test?.kind === 'list' ? textOf(test.items[0]) : undefined;
  if (truthOf(entries.get('disable')) || first === 'NONE' || mustEnd(draft)) return;
  const retries = numberOf(entries.get('retries')) || 3;
  // 0 stands for the default.
  const ms = (key: string): number | undefined => durationMsOf(entries.get(key)) || undefined;
  const intervalMs = ms('start_interval') ?? ms('interval');
  const [timeoutMs, startPeriodMs] = [ms('timeout'), ms('start_period')];
  // As long as compose itself would wait before it calls the service unhealthy.
  const patienceMs = (startPeriodMs ?? 0) + retries * ((intervalMs ?? 1000) + (timeoutMs ?? 5000));
  draft.set(
    ['ready', 'timeout'],
    `${Math.min(Math.max(LEAST_PATIENCE_MS, patienceMs), 3_600_000)}ms`,
    part,
    path,
  );
  if (test === undefined) {
    draft.set(['ready', 'health'], true, part, path);
    if (entries.size > 0) remark(taking, part, path, TIMES_ALONE);
    return;
  }
  const command = testCommand(test, first);
  if (command.length === 0)
    return problem(taking, test, [...path, 'test'], 'is no command; write for example [CMD, pg_isready]');
  const check = {
    command,
    ...(intervalMs !== undefined && { interval: `${intervalMs}ms` }),
    ...(timeoutMs !== undefined && { timeout: `${timeoutMs}ms` }),
    retries,
    ...(startPeriodMs !== undefined && { startPeriod: `${startPeriodMs}ms` }),
  };
  draft.set(['ready', 'health'], check, part, path);
};

const LEAST_PATIENCE_MS = 60_000;
const TIMES_ALONE = "its times are not set: the image's own check has its own; write `test`, too";

/** Another service waits for its end, whatever its health is said to be. */
function mustEnd({ fields: { ready } }: Taking['draft']): boolean {
  return typeof ready === 'object' && ready !== null && 'completed' in ready;
}

function testCommand(test: Part, first: string | undefined): string[] {
  const shell = (line: string): string[] => (line === '' ? [] : ['/bin/sh', '-c', line]);
  if (test.kind !== 'list') return shell(textOf(test));
  const rest = test.items.slice(1).map(textOf);
  if (first === 'CMD-SHELL') return shell(rest.join(' '));
  return first === 'CMD' ? rest : [];
}

/** `${UID}:${GID}` of variables that are not set is nobody in particular. */
export const takeUser: Take = (part, path, { draft }) => {
  const user = textOf(part).replace(/^:|:$/, '');
  if (user !== '') draft.set(['user'], user, part, path);
};

const SIGNALS: Readonly<Record<string, string>> = {
  '1': 'HUP',
  '2': 'INT',
  '3': 'QUIT',
  '9': 'KILL',
  '10': 'USR1',
  '12': 'USR2',
  '15': 'TERM',
};

export const takeStopSignal: Take = (part, path, { draft }) => {
  const written = textOf(part).toUpperCase();
  const name = (SIGNALS[written] ?? written).replace(/^SIG/, '');
  draft.set(['stopSignal'], `SIG${name}`, part, path);
};

export const takeUlimits: Take = (part, path, { draft }) => {
  for (const [name, value] of entriesOf(part)) {
    const limit =
      value.kind === 'mapping'
        ? { soft: numberOf(value.entries.get('soft')), hard: numberOf(value.entries.get('hard')) }
        : numberOf(value);
    draft.set(['ulimits', name], limit, value, [...path, name]);
  }
};

export const takeCapabilities: Take = (part, path, taking) => {
  for (const [index, item] of itemsOf(part).entries()) {
    const name = textOf(item).toUpperCase().replace(/^CAP_/, '');
    if (name === 'ALL')
      remark(
        taking,
        item,
        [...path, index],
        'a node does not get all capabilities; write the `capabilities` that it needs in its group',
      );
    else taking.draft.add('capabilities', name, item, [...path, index]);
  }
};

/** Of Docker's options only one means something here. */
export const takeSecurity: Take = (part, path, taking) => {
  for (const [index, item] of itemsOf(part).entries()) {
    const text = textOf(item);
    if (/^no-new-privileges(?:[:=]true)?$/.test(text)) continue;
    remark(
      taking,
      item,
      [...path, index],
      `${text} is not set: nodes have the engine's own seccomp and AppArmor profiles`,
    );
  }
};

/** Words of compose for when a registry is asked; the others ask as `missing` does. */
export const takePullPolicy: Take = (part, path, { draft }) => {
  const policy = textOf(part) === 'if_not_present' ? 'missing' : textOf(part);
  if (['always', 'missing', 'never'].includes(policy) && !draft.has('build'))
    draft.set(['pull'], policy, part, path);
};

export const takePlatform: Take = (part, path, taking) => {
  if (textOf(part).startsWith('linux/')) taking.draft.set(['platform'], textOf(part), part, path);
  else
    remark(
      taking,
      part,
      path,
      `${textOf(part)} is no platform of Linux: images are those of the engine's own`,
    );
};

export const NO_RESTARTS =
  'a node that exits stays down, and the report says so; if it exits because another service is not there yet, write `depends_on`, or `after` of its group';
export const NO_DEVICES = 'nodes have no devices of their host';

/** `deploy`: as much of it as one machine has. */
export const takeDeploy: Take = (part, path, taking) => {
  const entries = entriesOf(part);
  const replicas = entries.get('replicas');
  if (replicas !== undefined && !isEmpty(replicas))
    asNumber('replicas')(replicas, [...path, 'replicas'], taking);
  const mode = entries.get('mode');
  if (mode !== undefined && textOf(mode) !== 'replicated')
    remark(
      taking,
      mode,
      [...path, 'mode'],
      `${textOf(mode)} is not carried out: the group has \`replicas\` nodes`,
    );
  const restarts = entries.get('restart_policy');
  if (restarts !== undefined && textOf(entriesOf(restarts).get('condition')) !== 'none')
    remarkNotHonoured(taking, restarts, [...path, 'restart_policy'], NO_RESTARTS);
  const resources = entriesOf(entries.get('resources'));
  const devices = entriesOf(resources.get('reservations')).get('devices');
  if (devices !== undefined)
    remarkNotHonoured(taking, devices, [...path, 'resources', 'reservations', 'devices'], NO_DEVICES);
  const limits = entriesOf(resources.get('limits'));
  const at = [...path, 'resources', 'limits'];
  const takes: Readonly<Record<string, Take>> = {
    cpus: asLimit('cpus'),
    memory: asBytes('memory'),
    pids: asLimit('pids'),
  };
  for (const [key, take] of Object.entries(takes)) {
    const limit = limits.get(key);
    if (limit !== undefined && !isEmpty(limit)) take(limit, [...at, key], taking);
  }
};

/** `cpu_quota` over `cpu_period`; the period is 100 ms where it is not written. */
export const takeCpuQuota: Take = (part, path, { draft, service }) => {
  const quota = numberOf(part);
  const period = numberOf(entriesOf(service).get('cpu_period')) ?? 100_000;
  if (quota !== undefined && quota > 0 && period > 0) draft.set(['cpus'], quota / period, part, path);
};
