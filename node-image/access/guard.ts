// Decides at a node's door whether a user may do what is asked: who holds a genuine token that has not expired, and may do this.
import type { IncomingMessage } from 'node:http';
import { Counter, type Registry } from 'prom-client';
import { readChange } from '../contract/access-change.ts';
import type { Right } from '../contract/access-rights.ts';
import type { AccessSettings } from '../contract/access-settings.ts';
import { type Capability, nodeUser, readCapability } from '../contract/capability.ts';
import { type Key, publicKey } from '../contract/signed.ts';
import { HttpProblem } from '../http/http-problem.ts';
import { Admission } from './admission.ts';
import type { RightsSource } from './rights-source.ts';

/** Tokens whose signatures have been checked; the oldest make room. */
const mostRemembered = 1000;
/** What goes on for long is looked at again this often at least, and at most. */
const lookAgain = { leastMs: 100, mostMs: 1000 };

type Why = 'allowed' | 'no-token' | 'bad-token' | 'expired' | 'no-right' | 'unknown';

export class Guard {
  readonly #settings: AccessSettings;
  readonly #authority: Key;
  readonly #source: RightsSource;
  readonly #read = new Map<string, Promise<Capability | undefined>>();
  readonly #open = new Set<Admission>();
  readonly #decisions: Counter<'decision'>;

  static async make(settings: AccessSettings, source: RightsSource, registry: Registry): Promise<Guard> {
    return new Guard(settings, await publicKey(settings.authority), source, registry);
  }

  private constructor(settings: AccessSettings, authority: Key, source: RightsSource, registry: Registry) {
    this.#settings = settings;
    this.#authority = authority;
    this.#source = source;
    this.#decisions = new Counter({
      name: 'topolab_access_decisions_total',
      help: 'Requests that were let in or refused, and why: no-token, bad-token, expired, no-right, unknown',
      labelNames: ['decision'],
      registers: [registry],
    });
    source.onChange(() => this.#lookAgain());
    const everyMs = Math.min(lookAgain.mostMs, Math.max(lookAgain.leastMs, settings.cacheMs / 2));
    setInterval(() => this.#lookAgain(), everyMs).unref();
  }

  /**
   * Lets a request in, or fails: 401 without a token that is genuine and has not expired, 403 without the right, 503 where that can't be known.
   * @param right undefined = any user may
   */
  async admit(request: IncomingMessage, right: Right | undefined): Promise<Admission> {
    const token = tokenIn(request.headers.authorization);
    const renew = async (): Promise<void> => this.#check(token, right);
    if (!this.#settings.ignored) await renew();
    this.#decisions.inc({ decision: 'allowed' });
    return new Admission(token, this.#settings.ignored ? async () => undefined : renew);
  }

  /** The same for what goes on: it ends when it is allowed no longer. Call `close` when it is over. */
  keep(admission: Admission): void {
    this.#open.add(admission);
    admission.ended.addEventListener('abort', () => this.#open.delete(admission), { once: true });
  }

  close(admission: Admission): void {
    this.#open.delete(admission);
  }

  /** What the holder of a token may do now, for nodes that ask on behalf of their users. */
  async rightsOf(request: IncomingMessage): Promise<{ user: string; rights: readonly Right[] }> {
    const capability = await this.#genuine(tokenIn(request.headers.authorization));
    return { user: capability.user, rights: await this.#source.rightsNow(capability) };
  }

  /** Takes over a change that the authority has signed. 403 for any other. */
  async change(signed: string): Promise<void> {
    const change = await readChange(signed, this.#authority);
    if (change === undefined) throw new HttpProblem(403, 'the authority has not signed this change');
    await this.#source.change(change, signed);
  }

  async #check(token: string, right: Right | undefined): Promise<void> {
    const capability = await this.#genuine(token);
    if (right === undefined) return;
    const allowed = await this.#allows(capability, right);
    if (!allowed) throw this.#refuse('no-right', 403, `${capability.user} may not ${right}`);
  }

  async #allows(capability: Capability, right: Right): Promise<boolean> {
    // A node's own token is as good as what it says: no policy knows it, and it ends with the run.
    if (capability.user === nodeUser) return capability.rights.includes(right);
    try {
      return await this.#source.allows(capability, right);
    } catch (thrown) {
      this.#decisions.inc({ decision: 'unknown' });
      throw thrown;
    }
  }

  async #genuine(token: string): Promise<Capability> {
    if (token === '') throw this.#refuse('no-token', 401, 'say who you are: Authorization: Bearer TOKEN');
    const capability = await this.#readOnce(token);
    if (capability === undefined || capability.digest !== undefined)
      throw this.#refuse('bad-token', 401, 'this token is not one that the authority gave to its holder');
    // Now, and not when it was read: what was checked once expires all the same.
    if (Date.now() >= capability.expiresAtMs) throw this.#refuse('expired', 401, 'this token has expired');
    return capability;
  }

  async #readOnce(token: string): Promise<Capability | undefined> {
    const known = this.#read.get(token);
    if (known !== undefined) return known;
    const reading = readCapability(token, this.#authority);
    const [oldest] = this.#read.keys();
    if (this.#read.size >= mostRemembered && oldest !== undefined) this.#read.delete(oldest);
    this.#read.set(token, reading);
    return reading;
  }

  #refuse(decision: Why, status: number, message: string): HttpProblem {
    this.#decisions.inc({ decision });
    const headers = status === 401 ? { 'www-authenticate': 'Bearer realm="topolab"' } : {};
    return new HttpProblem(status, message, headers);
  }

  #lookAgain(): void {
    for (const admission of this.#open) void admission.lookAgain();
  }
}

/** `Bearer TOKEN`; or basic, with the token as the password, for programs that know nothing else. '' = none. */
function tokenIn(header: string | undefined): string {
  const [, scheme = '', value = ''] = /^(\w+)\s+(\S+)$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');
}
