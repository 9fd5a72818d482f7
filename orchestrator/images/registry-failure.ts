// Reads from a failed pull why it failed: the engine gives only the daemon's sentence, and its words differ by version.
import { messageOf } from '../errors.ts';

export type RegistryFailure =
  /** Nothing answered for the registry; other images of it need not be tried. */
  | 'no-registry'
  /** The registry answered that it has no such image, or none for people who are not logged in. */
  | 'unknown-image'
  /** The registry knows whom it was asked by, or wants to know, and does not give the image. */
  | 'not-allowed'
  /** The registry answers, but not now or not to us: rate limit, quota, a failure of its own. */
  | 'refused';

const nothingAnswered =
  /no such host|dial tcp|connection refused|connection reset|network is unreachable|no route to host|i\/o timeout|client\.timeout|deadline exceeded|tls handshake|x509|proxyconnect|server misbehaving|\bEOF\b|temporary failure in name resolution|no progress within/i;
const unknown =
  /manifest unknown|not found|does not exist|access denied|no matching manifest|name unknown|invalid reference/i;
/** The last, for a registry that hides what it has says both. */
const notAllowed =
  /unauthorized|authentication required|no basic auth|incorrect username or password|forbidden|\bdenied\b/i;

export function registryFailure(thrown: unknown): RegistryFailure {
  const text = chainOf(thrown);
  if (nothingAnswered.test(text)) return 'no-registry';
  if (unknown.test(text)) return 'unknown-image';
  return notAllowed.test(text) ? 'not-allowed' : 'refused';
}

/** The registry of an image reference, by Docker's rule: a first part with a dot or colon, or `localhost`. */
export function registryOf(ref: string): string {
  const first = ref.split('/')[0] ?? '';
  return ref.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

/** Messages of an error and its causes: the daemon's own words may be in either. */
function chainOf(thrown: unknown): string {
  const messages: string[] = [];
  for (let at = thrown; at !== undefined && messages.length < 8; ) {
    messages.push(messageOf(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return messages.join('\n');
}
