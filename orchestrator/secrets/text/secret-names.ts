// Which values are secrets by their name or form. Pure.

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

/** A text without the parts of it that are secrets by their form. */
export function withoutSecretParts(text: string): string {
  return secretParts.reduce((rest, pattern) => rest.replaceAll(pattern, `$<before>${HIDDEN}`), text);
}

/** The parts of a text that are secrets by their form. */
export function secretPartsOf(text: string): string[] {
  return secretParts.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(({ groups }) => groups?.['secret'] ?? []),
  );
}
