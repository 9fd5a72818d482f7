// References to images, by Docker's own grammar (github.com/distribution/reference), so that a wrong one is told before the run.

const LONGEST_NAME = 255;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const DOMAIN = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,128}$/;
const EXAMPLE = 'write for example registry.example.com/shop:1.4';

/** What is wrong with a reference and what to write instead; undefined where nothing is. An image's own id is a reference too. */
export function imageProblem(text: string): string | undefined {
  if (text.length > 2 * LONGEST_NAME || text === '') return `is not an image; ${EXAMPLE}`;
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return undefined;
  const [, named = '', digest] = /^([^@]*)(?:@(.*))?$/s.exec(text) ?? [];
  if (digest !== undefined && !DIGEST.test(digest))
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
  if (registry && !DOMAIN.test(first))
    return `names the registry "${first.slice(0, 60)}", which is none; ${EXAMPLE}`;
  if (name.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters; ${EXAMPLE}`;
  const lower = name.toLowerCase();
  if (components.some((each) => !COMPONENT.test(each)))
    return lower !== name && components.every((each) => COMPONENT.test(each.toLowerCase()))
      ? `has capitals in its name, which Docker does not take; write ${lower}`
      : `is not an image; ${EXAMPLE}`;
  return undefined;
}
