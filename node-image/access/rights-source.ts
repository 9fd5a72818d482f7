// Where a node learns what users may do: from its database, from the servers it asks, or from tokens and what peers tell of them.
import type { AccessChange } from '../contract/access-change.ts';
import type { Right } from '../contract/access-rights.ts';
import type { Capability } from '../contract/capability.ts';

export interface RightsSource {
  /** Fails with 503 where nobody can be asked, and what is known is too old to be believed. */
  allows(capability: Capability, right: Right): Promise<boolean>;
  /** All that its user may do now, without believing what is only remembered. */
  rightsNow(capability: Capability): Promise<readonly Right[]>;
  /** Takes a change over for all whom it concerns; resolves once that is sure to outlive this node, or the node has told the others. */
  change(change: AccessChange, signed: string): Promise<void>;
  /** Called whenever what users may do has changed, as far as this node is told. */
  onChange(changed: () => void): void;
}
