// Has nodes enrolled: an administrator invites a new client at a server, any member invites a new peer, and the new node presents its invitation by
// itself. Afterwards used, expired and made-up invitations are presented, all of which have to be refused.
import { randomBytes } from 'node:crypto';
import type { AgentClient } from '../../agent/agent-client.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';
import type { EnrolmentProbe, Inviter, RunEvent } from '../../record/event.ts';
import type { Recorder } from '../../record/recorder.ts';
import { nodeUrlOf } from '../../scenario/groups/base-url.ts';
import type { Enrolment } from '../../scenario/groups/enrolment-schema.ts';
import { serversBehind } from '../../scenario/groups/closed-servers.ts';
import type { Group } from '../../scenario/groups/group.ts';
import type { Invitation } from '../../scenario/groups/role.ts';
import { enrolmentKeyOf } from '../containers/enrolment-key.ts';
import type { FleetNode, PresentNode } from '../nodes/node.ts';
import type { NodeContext } from '../containers/node-spec.ts';
import type { Roster } from '../nodes/roster.ts';

const askAgainMs = 50;
/** Whoever is asked takes no longer, or is asked no more. */
const answerWithinMs = 5000;
/** Over by the time it can be presented. */
const tooShortMs = 1;

type Step = Extract<RunEvent, { readonly type: 'enrolment-step' }>;

export interface EnrollingOptions {
  readonly agent: Pick<AgentClient, 'http'>;
  readonly roster: Roster;
  readonly recorder: Recorder;
  readonly context: Pick<NodeContext, 'scenario' | 'databasePassword'>;
}

export class Enrolling {
  readonly #options: EnrollingOptions;
  /** Groups for which it was tried what is refused beside used invitations. */
  readonly #tried = new Set<string>();

  constructor(options: EnrollingOptions) {
    this.#options = options;
  }

  /**
   * The invitation of a node that is about to be launched; undefined where it needs none. The first peer of a network has nobody to ask.
   * @throws TopolabError `not-invited` where nobody is there to invite it in the time that it has to get ready.
   */
  invite(node: FleetNode, signal: AbortSignal): Promise<Invitation> | undefined {
    const enrolment = enrolmentOf(node.group);
    if (enrolment === null) return undefined;
    const isFirst = this.#options.roster.of(node.group.name).every((other) => other === node);
    if (node.group.role === 'peer' && isFirst) return undefined;
    return this.#invite(node, enrolment, signal);
  }

  /** A node that was invited is ready: what it says of its enrolment is recorded, and what has to be refused is tried. Fails nothing. */
  async enrolled(node: FleetNode, { token }: Invitation): Promise<void> {
    const { recorder } = this.#options;
    try {
      const [present] = this.#options.roster.present([node.name]);
      if (present === undefined) return;
      const { enrolledAtMs, by } = await this.#json<{ enrolledAtMs: number; by: string }>(
        present,
        '/enrolment',
      );
      const common = { node: node.name, group: node.group.name };
      this.#step(node, 'joiner', 'enrol', by);
      recorder.record({ type: 'node-enrolled', ...common, by, enrolledAtMs });
      await this.#tryRefused(node, by, token);
    } catch (error) {
      recorder.warn(`look at the enrolment of ${node.name}: ${messageOf(error)}`);
    }
  }

  async #invite(node: FleetNode, { lifetimeMs }: Enrolment, signal: AbortSignal): Promise<Invitation> {
    const inviter = await this.#inviterOf(node, signal);
    const token = await this.#issue(inviter, lifetimeMs);
    const who = inviterOf(node.group);
    this.#step(node, who, 'invite', inviter.name);
    this.#step(node, who, 'hand over', node.name);
    return { token, by: urlOf(inviter) };
  }

  async #tryRefused(node: FleetNode, by: string, used: string): Promise<void> {
    await this.#present(node, by, 'used', used);
    if (this.#tried.has(node.group.name)) return;
    this.#tried.add(node.group.name);
    const [inviter] = this.#options.roster.present([by]);
    if (inviter === undefined) return;
    const expired = await this.#issue(inviter, tooShortMs);
    await pause(2 * tooShortMs);
    await this.#present(node, by, 'expired', expired);
    await this.#present(node, by, 'unknown', randomBytes(24).toString('base64url'));
    if (inviter.group.role !== 'server') return;
    // An operation by somebody who is not enrolled.
    const { status } = await this.#ask(inviter, 'GET', '/work');
    this.#probed(node, by, 'none', status);
  }

  async #present(node: FleetNode, by: string, which: EnrolmentProbe, token: string): Promise<void> {
    const [asked] = this.#options.roster.present([by]);
    if (asked === undefined) return;
    const body = JSON.stringify({ node: `${node.name}-again`, token });
    const { status } = await this.#ask(asked, 'POST', '/enrolments', body);
    this.#probed(node, by, which, status);
  }

  #probed({ name: node, group }: FleetNode, at: string, invitation: EnrolmentProbe, status: number): void {
    const refused = status >= 400 && status < 500;
    this.#options.recorder.record({
      type: 'enrolment-probed',
      node,
      group: group.name,
      invitation,
      at,
      status,
      refused,
    });
  }

  /** Any server, or any member; waits for one where there is none yet. */
  async #inviterOf(node: FleetNode, signal: AbortSignal): Promise<PresentNode> {
    const { context, roster } = this.#options;
    const { group } = node;
    const inviting =
      group.role === 'client' ? serversBehind(group.asks, context.scenario.groups) : [group.name];
    const deadline = performance.now() + patient(group.readiness.timeoutMs);
    for (;;) {
      const candidates = roster.readyOf(({ name }) => inviting.includes(name));
      // Another one each time, so that nobody does it all.
      const inviter = candidates[Number(node.name.split('-').at(-1)) % Math.max(1, candidates.length)];
      if (inviter !== undefined) return inviter;
      if (performance.now() > deadline)
        throw new TopolabError(`invite ${node.name}: nobody is there who could`, { code: 'not-invited' });
      await pause(askAgainMs, signal);
    }
  }

  async #issue(inviter: PresentNode, lifetimeMs: number): Promise<string> {
    const { context, roster } = this.#options;
    const place = roster.find(inviter.name)?.place ?? inviter.name;
    const key = enrolmentKeyOf(inviter.group, place, context);
    const { status, body } = await this.#ask(
      inviter,
      'POST',
      '/invitations',
      JSON.stringify({ lifetimeMs }),
      key,
    );
    const text = body.toString();
    if (status === 201) return (JSON.parse(text) as { token: string }).token;
    throw new TopolabError(`invite a node at ${inviter.name}: status ${status}, ${text.slice(0, 200)}`, {
      code: 'not-invited',
    });
  }

  async #json<Answer>(node: PresentNode, path: string): Promise<Answer> {
    const { status, body } = await this.#ask(node, 'GET', path);
    if (status !== 200) throw new Error(`${node.name} answered ${status} to ${path}`);
    return JSON.parse(body.toString()) as Answer;
  }

  async #ask(
    { group, container }: PresentNode,
    method: 'GET' | 'POST',
    path: string,
    body?: string,
    key?: string,
  ) {
    return await this.#options.agent.http(method, `${container.address}:${group.port}`, path, {
      ...(body !== undefined && { body }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      timeoutMs: patient(answerWithinMs),
    });
  }

  #step(node: FleetNode, who: Inviter | 'joiner', what: Step['what'], at: string): void {
    this.#options.recorder.record({
      type: 'enrolment-step',
      node: node.name,
      group: node.group.name,
      who,
      what,
      at,
    });
  }
}

function enrolmentOf(group: Group): Enrolment | null {
  return 'enrolment' in group && !group.foreignImage ? group.enrolment : null;
}

function inviterOf({ role }: Group): Inviter {
  return role === 'peer' ? 'member' : 'administrator';
}

function urlOf({ name, group }: PresentNode): string {
  return nodeUrlOf(name, group.name, [group]);
}
