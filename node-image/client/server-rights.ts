// What users of a client may do: their servers know. A client asks them with the user's own token, and believes an answer for as long as it
// is told to, counted from when it asked.
import type { Right } from '../contract/access-rights.ts';
import { isRight } from '../contract/access-rights.ts';
import type { Capability } from '../contract/capability.ts';
import type { RightsSource } from '../access/rights-source.ts';
import { HttpProblem, unavailable } from '../http/http-problem.ts';
import type { Upstream } from './upstream.ts';

interface Answer {
  readonly askedMs: number;
  readonly rights: readonly Right[];
}

/** Users remembered; the oldest make room. */
const mostRemembered = 1000;

export class ServerRights implements RightsSource {
  readonly #upstream: Pick<Upstream, 'rights'>;
  readonly #cacheMs: number;
  readonly #known = new Map<string, Answer>();
  readonly #nowMs: () => number;

  constructor(
    upstream: Pick<Upstream, 'rights'>,
    cacheMs: number,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#upstream = upstream;
    this.#cacheMs = cacheMs;
    this.#nowMs = nowMs;
  }

  async allows(capability: Capability, right: Right): Promise<boolean> {
    const key = capability.ids.join(' ');
    const known = this.#known.get(key);
    if (known !== undefined && this.#nowMs() - known.askedMs < this.#cacheMs)
      return known.rights.includes(right);
    const askedMs = this.#nowMs();
    const rights = await this.rightsNow(capability);
    const latest = this.#known.get(key);
    if (latest === undefined || latest.askedMs < askedMs) {
      const [oldest] = this.#known.keys();
      if (this.#known.size >= mostRemembered && oldest !== undefined) this.#known.delete(oldest);
      this.#known.set(key, { askedMs, rights });
    }
    return rights.includes(right);
  }

  async rightsNow({ token }: Capability): Promise<readonly Right[]> {
    const { status, body } = await this.#upstream.rights(token);
    if (status === 401 || status === 403) return [];
    const rights: unknown = status === 200 ? (Object(body) as { rights?: unknown }).rights : undefined;
    if (!Array.isArray(rights))
      throw unavailable(`the servers do not say what this user may do: status ${status}`);
    return rights.filter(isRight);
  }

  async change(): Promise<void> {
    throw new HttpProblem(409, 'a client keeps no policy: tell a server');
  }

  /** Nobody tells a client: it asks. */
  onChange(): void {}
}
