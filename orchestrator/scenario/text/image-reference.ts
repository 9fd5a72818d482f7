// References to images, by Docker's own grammar (github.com/distribution/reference), so that a wrong one is told before the run.

const LONGEST_NAME = 255;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const DOMAIN =
  /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::(\d{1,5}))?$/;
const DEFAULT_REGISTRY = 'docker.io/library/';
const LARGEST_PORT = 65_535;
const TAG = /^\w[\w.-]{0,127}$/;
/** Digits of the algorithms that Docker knows. */
const DIGEST_DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const EXAMPLE = 'write for example registry.example.com/shop:1.4';

/** What is wrong with a reference and what to write instead; undefined where nothing is. An image's own id is a reference too. */
export function imageProblem(text: string): string | undefined {
  if (text.length > 2 * LONGEST_NAME || text === '') return `is not an image; ${EXAMPLE}`;
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return undefined;
  if (/^[0-9a-f]{64}$/.test(text)) return `is an id without its kind; write sha256:${text}`;
  if (/^scratch(?:[:@]|$)/.test(text)) return `is the empty image, which runs nothing; ${EXAMPLE}`;
  const [, named = '', digest] = /^([^@]*)(?:@(.*))?$/s.exec(text) ?? [];
  if (digest !== undefined && !isDigest(digest))
    return `has the digest "${digest.slice(0, 60)}", which is none; write sha256: and 64 digits`;
  const colon = named.lastIndexOf(':');
  const tag = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag))
    return `has the tag "${tag.slice(0, 60)}", which is none; write letters, digits, dots and hyphens`;
  const name = tag === undefined ? named : named.slice(0, colon);
  const [first = '', ...others] = name.split('/');
  // As Docker tells a registry from a part of the name.
  const registry = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const components = registry ? others : [first, ...others];
  const domain = registry ? DOMAIN.exec(first) : undefined;
  if (domain === null || Number(domain?.[1] ?? 1) > LARGEST_PORT)
    return `names the registry "${first.slice(0, 60)}", which is none; ${EXAMPLE}`;
  // Docker measures it with the registry that it stands for.
  if (name.length + (registry ? 0 : DEFAULT_REGISTRY.length) > LONGEST_NAME)
    return `is longer than ${LONGEST_NAME} characters; ${EXAMPLE}`;
  const lower = name.toLowerCase();
  if (components.some((each) => !COMPONENT.test(each)))
    return lower !== name && components.every((each) => COMPONENT.test(each.toLowerCase()))
      ? `has capitals in its name, which Docker does not take; write ${lower}`
      : `is not an image; ${EXAMPLE}`;
  return undefined;
}

function isDigest(text: string): boolean {
  const [, algorithm = '', digits = ''] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(text) ?? [];
  return Object.hasOwn(DIGEST_DIGITS, algorithm) && digits.length === DIGEST_DIGITS[algorithm];
}
