// What users of a peer may do: their tokens say it, and the peer knows which of them count no longer.
import type { AccessChange } from '../contract/access-change.ts';
import type { Right } from '../contract/access-rights.ts';
import { type Capability, digestOf, readCapability, seal } from '../contract/capability.ts';
import type { Key } from '../contract/signed.ts';
import { HttpProblem } from '../http/http-problem.ts';
import { messageOf } from '../process/node-error.ts';
import { permits } from '../access/policy.ts';
import type { RightsSource } from '../access/rights-source.ts';
import type { GossipBus } from './gossip-bus.ts';
import { MessageKind } from './gossip-message.ts';
import type { Revocations } from './revocations.ts';

/** A sealed message is good for so long: far longer than it takes to all, and too short to be worth keeping. */
const sealedForMs = 30_000;

export interface PeerRightsOptions {
  readonly authority: Key;
  readonly revocations: Revocations;
  readonly bus: GossipBus;
  /** Whether revocations are told at once; otherwise neighbours learn of them when they compare. */
  readonly push: boolean;
  /** A peer that ignores the policy: it believes every message. */
  readonly ignored: boolean;
  /** Settles when this peer knows what the others know, or has found none. */
  readonly joined: Promise<void>;
}

export class PeerRights implements RightsSource {
  readonly #options: PeerRightsOptions;

  constructor(options: PeerRightsOptions) {
    this.#options = options;
    const { bus, revocations } = options;
    bus.on(
      MessageKind.revocation,
      async ({ body }) => (await revocations.take(body.toString())) !== 'forged',
    );
  }

  async allows(capability: Capability, right: Right): Promise<boolean> {
    // A newcomer does not know yet what was revoked before its time.
    await this.#options.joined;
    return this.#permits(capability, right);
  }

  async rightsNow(capability: Capability): Promise<readonly Right[]> {
    await this.#options.joined;
    return capability.rights.filter((right) => this.#permits(capability, right));
  }

  /** Rights themselves travel in tokens; of a change, peers need to know what counts no longer. */
  async change(_: AccessChange, signed: string): Promise<void> {
    const { revocations, bus, push } = this.#options;
    if ((await revocations.take(signed)) !== 'news' || !push) return;
    await bus.publish(MessageKind.revocation, Date.now(), Buffer.from(signed));
  }

  onChange(changed: () => void): void {
    this.#options.revocations.onChange(changed);
  }

  /** What all peers can check a message by: that a user who may publish has said it, and nobody else's words. */
  async seal(token: string, message: string): Promise<string> {
    try {
      return await seal(token, message, Date.now() + sealedForMs);
    } catch (thrown) {
      if (!this.#options.ignored)
        throw new HttpProblem(403, `this token can’t publish: ${messageOf(thrown)}`);
      return '';
    }
  }

  async mayHaveSaid(sealed: string, message: string): Promise<boolean> {
    const { authority, ignored } = this.#options;
    if (ignored) return true;
    const capability = await readCapability(sealed, authority);
    return (
      capability?.digest === digestOf(message) &&
      Date.now() < capability.expiresAtMs &&
      this.#permits(capability, 'publish')
    );
  }

  #permits(capability: Capability, right: Right): boolean {
    return permits(
      { rights: capability.rights, revoked: this.#options.revocations.revoked },
      capability,
      right,
    );
  }
}
