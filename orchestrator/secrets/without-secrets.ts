// What must not be kept: values whose names or form say that they are secrets, out of everything that is written to a folder. Pure.
import type { RunSource } from '../record/event.ts';
import type { Group } from '../scenario/groups/group.ts';
import type { Load } from '../scenario/load/load.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Stands where a secret stood. */
export const HIDDEN = '(hidden)';

/** As a word of a name: `DB_PASS`, `apiKey`. */
const secretWord = /^(?:pass|passcode|pw|pwd|keys?|auth|dsn|pin)$/;
/** Also within a word: `DBPASSWORD`. */
const secretStem = /passw|passphrase|secret|token|credential|apikey|privatekey|accesskey/;

/** `scheme://user:password@…`, and `password=…` as in a DSN. */
const secretParts = [
  /(?<before>\b[a-z][\w+.-]*:\/\/[^\s:/?#@]*:)(?<secret>\S+)(?=@)/gi,
  /(?<before>\b(?:password|passwd|pwd|secret|token|api_?key|access_?key)=)(?<secret>[^\s;&]+)/gi,
];

/** Whether a variable or parameter of this name holds a secret. */
export function namesSecret(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => secretWord.test(word)) || secretStem.test(words.join(''));
}

/** The value of a variable or parameter as it may be kept. */
export function withoutSecret(name: string, value: string): string {
  if (value === '') return value;
  return namesSecret(name) ? HIDDEN : withoutSecretParts(value);
}

function withoutSecretParts(text: string): string {
  return secretParts.reduce((rest, pattern) => rest.replaceAll(pattern, `$<before>${HIDDEN}`), text);
}

/** The scenario as it may be kept. What its `secrets` stand for was never in it. */
export function withoutSecrets(scenario: Scenario): Scenario {
  return {
    ...scenario,
    groups: scenario.groups.map((group) => ({ ...ownerWithout(group), command: commandOf(group) })),
    loads: scenario.loads.map(ownerWithout),
    parameters: valuesWithout(scenario.parameters),
  };
}

function ownerWithout<Owner extends Group | Load>(owner: Owner): Owner {
  return { ...owner, env: valuesWithout(owner.env) };
}

function commandOf({ command }: Group): readonly string[] | null {
  return command === null ? null : command.map(withoutSecretParts);
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

/** How a command named a scenario, as it may be kept. */
export function sourceWithout({ file, set }: RunSource): RunSource {
  return { file, set: valuesWithout(set) };
}

/** What `withoutSecrets` takes out of a scenario: the value, and the name under which it stands. */
export function secretsOf(scenario: Scenario): { readonly name: string; readonly value: string }[] {
  const values = [...scenario.groups, ...scenario.loads].flatMap(({ env }) => Object.entries(env));
  const commands = scenario.groups.flatMap(({ command }) => command ?? []);
  return [
    ...[...values, ...Object.entries(scenario.parameters)].flatMap(([name, written]) => {
      const value = String(written);
      return (namesSecret(name) ? [value] : secretPartsOf(value)).map((part) => ({ name, value: part }));
    }),
    ...commands.flatMap(secretPartsOf).map((value) => ({ name: 'command', value })),
  ].filter(({ value }) => value !== '');
}

function secretPartsOf(text: string): string[] {
  return secretParts.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(({ groups }) => groups?.['secret'] ?? []),
  );
}

/** Where `withoutSecrets` has taken something out: `env DB_PASSWORD of servers`. Empty where the scenario is whole. */
export function hiddenPlaces({ groups, loads }: Pick<Scenario, 'groups' | 'loads'>): string[] {
  return [...groups, ...loads].flatMap(({ name, env }) =>
    Object.entries(env).flatMap(([variable, value]) =>
      value.includes(HIDDEN) ? [`env ${variable} of ${name}`] : [],
    ),
  );
}
