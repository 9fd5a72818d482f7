// What must not be kept: values whose names or form say that they are secrets, out of everything that is written to a folder. Pure.
import { ExitCode, TopolabError } from '../errors.ts';
import type { RunSource } from '../record/event.ts';
import type { Group } from '../scenario/groups/group.ts';
import type { Program } from '../scenario/groups/group-common.ts';
import type { Load } from '../scenario/load/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { hideValues } from './text/hide-values.ts';
import {
  HIDDEN,
  namesSecret,
  secretPartsOf,
  withoutSecret,
  withoutSecretParts,
} from './text/secret-names.ts';

/**
 * The scenario as it may be kept. What its `secrets` stand for was never in it. A secret is taken out of every variable and command that has it in it: a
 * parameter is handed on under other names than its own.
 */
export function withoutSecrets(scenario: Scenario): Scenario {
  const names = namesIn(scenario);
  const hide = hideValues(secretsOf(scenario).flatMap(({ value }) => (names.has(value) ? [] : [value])));
  return {
    ...scenario,
    groups: scenario.groups.map((group) => containerWithout(programWithout(group, hide), hide)),
    timeline: scenario.timeline.map((entry) => {
      const { change } = entry;
      if (change.kind !== 'update') return entry;
      const program = programWithout(change.update.program, hide);
      return { ...entry, change: { ...change, update: { ...change.update, program } } };
    }),
    loads: scenario.loads.map((load) => ownerWithout(load, hide)),
    parameters: valuesWithout(scenario.parameters),
  };
}

function programWithout<Of extends Program>(program: Of, hide: (text: string) => string): Of {
  const command = program.command?.map((word) => hide(withoutSecretParts(word))) ?? null;
  return { ...ownerWithout(program, hide), command };
}

function containerWithout(group: Group, hide: (text: string) => string): Group {
  const { build, ...words } = withWords(group, (text) => hide(withoutSecretParts(text)));
  const args = build && ownerWithout({ env: build.args }, hide).env;
  return { ...group, ...words, ...(build && args && { build: { ...build, args } }) };
}

/** All text that people write into containers and builds, beside variables, arguments and commands. */
type Worded = Pick<Group, 'build' | 'container' | 'readiness'>;

/** The same with each of these texts turned into another. A health check asks mostly as somebody who has to log in. */
function withWords({ build, container, readiness }: Worded, turned: (text: string) => string): Worded {
  const { probe } = readiness;
  return {
    ...(build && {
      build: {
        ...build,
        dockerfile: 'text' in build.dockerfile ? { text: turned(build.dockerfile.text) } : build.dockerfile,
      },
    }),
    container: {
      ...container,
      entrypoint: container.entrypoint?.map((word) => turned(word)) ?? null,
      copies: container.copies.map((copy) =>
        copy.kind === 'text' ? { ...copy, text: turned(copy.text) } : copy,
      ),
    },
    readiness:
      probe.kind === 'health' && probe.check !== undefined
        ? {
            ...readiness,
            probe: {
              ...probe,
              check: { ...probe.check, command: probe.check.command.map((word) => turned(word)) },
            },
          }
        : readiness,
  };
}

function wordsOf(group: Worded): readonly string[] {
  const words: string[] = [];
  withWords(group, (text) => {
    words.push(text);
    return text;
  });
  return words;
}

function ownerWithout<Owner extends Pick<Load, 'env'>>(owner: Owner, hide: (text: string) => string): Owner {
  const env = Object.entries(valuesWithout(owner.env)).map(([name, value]) => [name, hide(value)] as const);
  return { ...owner, env: Object.fromEntries(env) };
}

/** What a folder is read by, which stays whatever else it is. */
export function namesIn(scenario: Scenario): ReadonlySet<string> {
  return new Set(
    [scenario, ...scenario.groups, ...scenario.loads, ...scenario.phases].map(({ name }) => name),
  );
}

/** Values by name, as they may be kept. */
export function valuesWithout<Value extends string | number>(
  values: Readonly<Record<string, Value>>,
): Record<string, Value | string> & Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const kept = withoutSecret(name, String(value));
      return [name, kept === String(value) ? value : kept];
    }),
  ) as Record<string, Value>;
}

/** What a run keeps as its source where its scenario stands in no file, but was made from another one. */
export function madeSource(scenario: Scenario): { readonly name: string; readonly text: string } {
  return { name: 'scenario.source.json', text: JSON.stringify(withoutSecrets(scenario), null, 2) };
}

/** How a command named a scenario, as it may be kept. */
export function sourceWithout({ file, set }: RunSource): RunSource {
  return { file, set: valuesWithout(set) };
}

/** Those of the groups at the start, and those that updates bring. */
function programsOf(scenario: Scenario): Program[] {
  return [...scenario.groups, ...updatedPrograms(scenario)];
}

function updatedPrograms({ timeline }: Scenario): Program[] {
  return timeline.flatMap(({ change }) => (change.kind === 'update' ? [change.update.program] : []));
}

/** What `withoutSecrets` takes out of a scenario: the value, and the name under which it stands. */
export function secretsOf(scenario: Scenario): { readonly name: string; readonly value: string }[] {
  const programs = programsOf(scenario);
  const values = [
    ...[...programs, ...scenario.loads].flatMap(({ env }) => Object.entries(env)),
    ...scenario.groups.flatMap(({ build }) => Object.entries(build?.args ?? {})),
  ];
  const commands = [...programs.flatMap(({ command }) => command ?? []), ...scenario.groups.flatMap(wordsOf)];
  return [
    ...[...values, ...Object.entries(scenario.parameters)].flatMap(([name, written]) => {
      const value = String(written);
      return (namesSecret(name) ? [value] : secretPartsOf(value)).map((part) => ({ name, value: part }));
    }),
    ...commands.flatMap(secretPartsOf).map((value) => ({ name: 'command', value })),
  ].filter(({ value }) => value !== '');
}

/**
 * What runs with `(hidden)` for a password is another system, whose users can't log in.
 * @param attempted what is to be done with the scenarios: `run shop`.
 * @throws TopolabError `secret-not-kept` (exit code 2) where one of them is as `withoutSecrets` leaves it.
 */
export function requireSecrets(
  scenarios: readonly Scenario[],
  attempted: string,
  then = 'run the scenario as it was written, with its values',
): void {
  const hidden = scenarios.flatMap(hiddenPlaces);
  if (hidden.length === 0) return;
  throw new TopolabError(`${attempted}: its secrets were not saved (${hidden.join(', ')})`, {
    code: 'secret-not-kept',
    hint: `Pass them as \`secrets:\` of the group or load, which are read each time; then ${then}.`,
    exitCode: ExitCode.usage,
  });
}

/** Where `withoutSecrets` has taken something out: `env DB_PASSWORD of servers`. Empty where the scenario is whole. */
export function hiddenPlaces(scenario: Scenario): string[] {
  const { groups, loads } = scenario;
  const isHidden = (value: string) => value.includes(HIDDEN);
  return [
    ...updatedPrograms(scenario).flatMap(({ env, command }) =>
      [...Object.values(env), ...(command ?? [])].some(isHidden) ? ['env or command of an update'] : [],
    ),
    ...[...groups, ...loads].flatMap(({ name, env }) =>
      Object.entries(env).flatMap(([variable, value]) =>
        isHidden(value) ? [`env ${variable} of ${name}`] : [],
      ),
    ),
    ...groups.flatMap(({ name, build }) =>
      Object.entries(build?.args ?? {}).flatMap(([arg, value]) =>
        isHidden(value) ? [`build argument ${arg} of ${name}`] : [],
      ),
    ),
    ...groups.flatMap(({ name, command }) =>
      command?.some(isHidden) === true ? [`command of ${name}`] : [],
    ),
    ...groups.flatMap((group) =>
      wordsOf(group).some(isHidden)
        ? [`entrypoint, copied text, health check or Dockerfile of ${group.name}`]
        : [],
    ),
  ];
}
