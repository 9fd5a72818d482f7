// Users and their rights while a run goes on: the policy that servers begin with, the changes of the plan, and the canaries that see what comes of
// them.
import type { Right } from '../../node-image/contract/access-rights.ts';
import type { CanaryNode, CanaryUser, NodeAddress } from '../../node-image/contract/canary-protocol.ts';
import type { AgentClient } from '../agent/agent-client.ts';
import type { Containers } from '../cluster/containers.ts';
import type { Labels, RunningContainer } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import { pause } from '../pause.ts';
import { patient } from '../patience.ts';
import type { AccessAction, Plan } from '../plan/plan.ts';
import { asRecorded } from '../record/access-figures.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Access } from '../scenario/access/access.ts';
import type { Group } from '../scenario/groups/group.ts';
import { CanaryClient } from './canary-client.ts';
import { canarySpec } from './canary-spec.ts';
import { type PlannedCanary, plannedCanaries } from './canary-users.ts';
import type { Credentials, Token } from './credentials.ts';

/** A node as it is there now. */
export interface DoorNode {
  readonly name: string;
  readonly group: Group;
  readonly address: string;
}

const LISTENS_WITHIN_MS = 15_000;
/** No load lasts longer than a week. */
const LOAD_TOKEN_LIFE_MS = 8 * 24 * 3_600_000;

export interface AccessControlOptions {
  readonly run: string;
  readonly access: Access;
  readonly credentials: Credentials;
  readonly containers: Pick<Containers, 'launch'>;
  readonly agent: () => Pick<AgentClient, 'http'>;
  /** Nodes that let users in and have a container. */
  readonly nodes: () => readonly DoorNode[];
  /** The name of whoever has the place of a node now. */
  readonly holderOf: (node: string) => string;
  readonly recorder: Recorder;
  readonly image: string;
  readonly labels: Labels;
  readonly networkId: string;
  readonly observersId: string;
  /** The nodes' clock minus ours, milliseconds. */
  readonly clockOffsetMs: () => number;
}

interface IssuedToken extends Token {
  readonly expiresAtMs: number;
}

export class AccessControl implements Disposable {
  readonly #options: AccessControlOptions;
  /** Of each user: what can be revoked, for it has not expired, the newest last. */
  readonly #tokens = new Map<string, IssuedToken[]>();
  readonly #rights = new Map<string, readonly Right[]>();
  /** Canaries whose tokens are not renewed any more: thieves that were found out. */
  readonly #foundOut = new Set<string>();
  #renewal: NodeJS.Timeout | undefined;
  #canaries: readonly PlannedCanary[] = [];
  #client: CanaryClient | undefined;
  #telling = false;
  #tellAgain = false;

  constructor(options: AccessControlOptions) {
    this.#options = options;
  }

  /** Writes the policy that servers begin with, where there are any. Call it once they are ready. */
  async install(): Promise<void> {
    const { access, credentials, agent, nodes } = this.#options;
    const server = nodes().find(({ group }) => group.role === 'server');
    if (server === undefined) return;
    for (const { name, rights } of access.users) {
      const body = await credentials.signChange(name, rights, []);
      const at = `${server.address}:${server.group.port}`;
      const answer = await agent().http('POST', at, '/access/changes', { body });
      if (answer.status === 204) continue;
      throw new TopolabError(
        `write the policy through ${server.name}: status ${answer.status}, ${answer.body.toString().slice(0, 300)}`,
        { code: 'policy-not-written' },
      );
    }
  }

  /** For a load in the user's name. It is not renewed: it lasts as long as any run. A revocation hits it all the same. */
  async tokenForLoad(user: string): Promise<string> {
    const rights = this.#options.access.users.find(({ name }) => name === user)?.rights ?? [];
    return (await this.#issue(user, rights, this.#nodesNowMs() + LOAD_TOKEN_LIFE_MS)).token;
  }

  /** Launches the canaries. They ask nobody yet. */
  async launch({ actions }: Plan, signal: AbortSignal): Promise<RunningContainer> {
    const { access, agent, containers, observersId } = this.#options;
    this.#canaries = plannedCanaries(access, { actions });
    const container = await containers.launch(canarySpec(this.#options), signal);
    const client = new CanaryClient(agent(), container.addresses[observersId] ?? '');
    const deadline = Date.now() + patient(LISTENS_WITHIN_MS);
    for (;;) {
      try {
        await client.setNodes(this.#canaryNodes());
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(100, signal);
      }
    }
    this.#client = client;
    return container;
  }

  /** Users get their tokens, and the canaries begin. @param lastsMs of the load: half-way through it one token expires. */
  async start(lastsMs: number): Promise<void> {
    const { access } = this.#options;
    for (const { name, rights } of access.users) {
      this.#rights.set(name, rights);
      await this.#issue(name, rights);
    }
    const users = await Promise.all(this.#canaries.map((canary) => this.#canaryUser(canary, lastsMs)));
    this.nodesChanged();
    await this.#client?.setUsers(users);
    this.#renewal = setInterval(() => void this.#renew().catch(() => undefined), access.tokenLifeMs / 2);
  }

  /** Tokens are renewed no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#renewal);
  }

  /** Tells the canaries whom to ask from now on. Never fails: a run that loses its canaries is told so at its end. */
  nodesChanged(): void {
    this.#tellAgain = true;
    if (this.#telling || this.#client === undefined) return;
    this.#telling = true;
    void this.#tellNodes(this.#client).finally(() => (this.#telling = false));
  }

  /** Resolves once the nodes that have to be told have acknowledged it. */
  async perform(change: AccessAction): Promise<void> {
    const { access, credentials, recorder } = this.#options;
    const client = this.#client;
    if (client === undefined) throw new TopolabError('change rights: there are no canaries', { code: 'bug' });
    const { user, after, kind } = change;
    const revoked = kind === 'revoke' ? this.#alive(user).map(({ id }) => id) : [];
    this.#rights.set(user, after);
    const token = after.length === 0 ? null : (await this.#issue(user, after)).token;
    const isTold = change.tell.length > 0;
    const receipt = await client.change({
      id: change.id,
      signed: isTold ? await credentials.signChange(user, after, revoked) : null,
      tell: change.tell.map((names) => this.#addressesOf(names)),
      effects: this.#canaries.flatMap((canary) => {
        if (canary.user !== user) return [];
        const { name } = canary;
        if (canary.token === 'own') return [{ name, rights: after, token }];
        if (canary.token !== 'stolen' || this.#foundOut.has(name)) return [];
        if (!change.tokenOnly) return [{ name, rights: after, token }];
        this.#foundOut.add(name);
        return [{ name, rights: [], token: null }];
      }),
    });
    recorder.record({
      type: 'access-changed',
      change: change.id,
      told: receipt.told,
      issuedMs: this.#offsetOf(receipt.issuedAtMs),
      acknowledgedMs: this.#offsetOf(receipt.acknowledgedAtMs),
      keepers: this.#keepers(access),
    });
  }

  /** Records what the canaries have found by now. */
  async keepFigures(): Promise<void> {
    if (this.#client === undefined) return;
    const figures = await this.#client.figures();
    const recorded = asRecorded(figures, (atMs) => this.#offsetOf(atMs));
    this.#options.recorder.record({ type: 'access-measured', ...recorded });
  }

  #offsetOf(atMs: number): number {
    const { recorder, clockOffsetMs } = this.#options;
    return recorder.offsetAt(atMs - clockOffsetMs()) ?? 0;
  }

  async #tellNodes(client: CanaryClient): Promise<void> {
    while (this.#tellAgain) {
      this.#tellAgain = false;
      await client.setNodes(this.#canaryNodes()).catch(() => undefined);
    }
  }

  #canaryNodes(): CanaryNode[] {
    return this.#options.nodes().map(({ name, group, address }) => ({
      node: name,
      host: address,
      port: group.port,
      events: group.role !== 'peer' || group.services.includes('events'),
      file: fileOf(group),
    }));
  }

  #addressesOf(names: readonly string[]): NodeAddress[] {
    const { holderOf } = this.#options;
    const nodes = this.#options.nodes();
    return names.map(holderOf).flatMap((name) => {
      const node = nodes.find((each) => each.name === name);
      return node === undefined ? [] : [{ node: name, host: node.address, port: node.group.port }];
    });
  }

  /** Nodes that keep or remember what users may do: all of them have to hear of a change. */
  #keepers({ ignoredBy }: Access): number {
    return this.#options.nodes().filter(({ group }) => !ignoredBy.includes(group.name)).length;
  }

  async #canaryUser(canary: PlannedCanary, lastsMs: number): Promise<CanaryUser> {
    const { name, user, asks, may, perSecond, streams } = canary;
    const of = { name, asks, may, perSecond, streams };
    const nowMs = this.#nodesNowMs();
    if (canary.token === 'expiring') {
      const atMs = nowMs + Math.min(lastsMs / 2, this.#options.access.tokenLifeMs);
      const { token } = await this.#options.credentials.issue(user, may, atMs);
      return { ...of, token, ends: { id: 'expired', atMs } };
    }
    if (canary.token === 'forged') {
      const { token } = await this.#options.credentials.forge(user, may, this.#expiry());
      return { ...of, token, ends: { id: 'forged', atMs: 0 } };
    }
    return { ...of, token: this.#newest(user) ?? '', ends: null };
  }

  /** Of users who have rights; whoever has lost them all is left with a token that expires. */
  async #renew(): Promise<void> {
    for (const [user, rights] of this.#rights) if (rights.length > 0) await this.#issue(user, rights);
    const tokens = this.#canaries.flatMap(({ name, user, token }) => {
      const newest = this.#newest(user);
      const isRenewed = token === 'own' || (token === 'stolen' && !this.#foundOut.has(name));
      const hasRights = (this.#rights.get(user) ?? []).length > 0;
      return isRenewed && hasRights && newest !== undefined ? [{ name, token: newest }] : [];
    });
    await this.#client?.setTokens(tokens);
  }

  async #issue(user: string, rights: readonly Right[], expiresAtMs = this.#expiry()): Promise<IssuedToken> {
    const issued = { ...(await this.#options.credentials.issue(user, rights, expiresAtMs)), expiresAtMs };
    this.#tokens.set(user, [...this.#alive(user), issued]);
    return issued;
  }

  #alive(user: string): IssuedToken[] {
    const nowMs = this.#nodesNowMs();
    return (this.#tokens.get(user) ?? []).filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  }

  #newest(user: string): string | undefined {
    return this.#tokens.get(user)?.at(-1)?.token;
  }

  #expiry(): number {
    return this.#nodesNowMs() + this.#options.access.tokenLifeMs;
  }

  #nodesNowMs(): number {
    return Date.now() + this.#options.clockOffsetMs();
  }
}

/** The first file that it offers. */
function fileOf(group: Group): string | null {
  if (!('files' in group)) return null;
  if (group.role === 'peer' && !group.services.includes('files')) return null;
  return Object.keys(group.files)[0] ?? null;
}
