// A node's part in enrolment at its door: it invites for whoever holds its key, enrols nodes that present an invitation, and, where it is a server,
// lets in the requests of enrolled nodes alone.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem, sendJson } from '../http/http-problem.ts';
import { readJson } from '../http/read-body.ts';
import { credentialHeader, credentialOf, holderOf } from './credential.ts';
import type { Invitations, Redeemed } from './invitations.ts';
import type { OwnEnrolment } from './own-enrolment.ts';

export const enrolmentRoutes = ['/invitations', '/enrolments', '/enrolment'] as const;
export type EnrolmentRoute = (typeof enrolmentRoutes)[number];

/** A day. */
const mostLifetimeMs = 86_400_000;
const mostBytes = 4096;

const refusals: Readonly<Record<Exclude<Redeemed, 'enrolled'>, HttpProblem>> = {
  unknown: new HttpProblem(401, 'nobody has issued this invitation'),
  used: new HttpProblem(409, 'this invitation has been used'),
  expired: new HttpProblem(410, 'this invitation has expired'),
};

export interface EnrolmentDoorOptions {
  readonly node: string;
  /** Who has it may invite: administrators at servers, its own user at a peer. Undefined = nobody is invited here. */
  readonly key?: string | undefined;
  readonly invitations?: Invitations;
  /** Whether users' requests need a credential. */
  readonly closed?: boolean;
  /** How this node itself was enrolled; undefined = it needed not. */
  readonly own?: OwnEnrolment | undefined;
}

export class EnrolmentDoor {
  readonly #options: EnrolmentDoorOptions;

  constructor(options: EnrolmentDoorOptions) {
    this.#options = options;
  }

  /** A request of a user. Fails with 401 where it does not come from an enrolled node, and only those are let in. */
  admit(request: IncomingMessage): void {
    const { key, closed = false } = this.#options;
    if (!closed || key === undefined) return;
    const shown = request.headers[credentialHeader];
    if (typeof shown !== 'string' || holderOf(shown, key) === undefined)
      throw new HttpProblem(401, `only enrolled nodes are served: show ${credentialHeader}`);
  }

  async answer(route: EnrolmentRoute, request: IncomingMessage, answer: ServerResponse): Promise<void> {
    if (route === '/enrolment') return this.#sayOwn(answer);
    const { key, invitations } = this.#options;
    if (key === undefined || invitations === undefined) throw new HttpProblem(404, 'nobody is invited here');
    if (route === '/invitations') return await this.#invite(key, invitations, request, answer);
    await this.#enrol(key, invitations, request, answer);
  }

  #sayOwn(answer: ServerResponse): void {
    const { own } = this.#options;
    if (own === undefined) throw new HttpProblem(404, 'this node needed no invitation');
    sendJson(answer, 200, own.status());
  }

  async #invite(
    key: string,
    invitations: Invitations,
    request: IncomingMessage,
    answer: ServerResponse,
  ): Promise<void> {
    if (!isSame(request.headers.authorization ?? '', `Bearer ${key}`))
      throw new HttpProblem(401, 'only who holds the key of this node may invite');
    const { lifetimeMs } = fieldsOf(await readJson(request, mostBytes));
    if (typeof lifetimeMs !== 'number' || !(lifetimeMs >= 1 && lifetimeMs <= mostLifetimeMs))
      throw new HttpProblem(400, `lifetimeMs: write a number from 1 to ${mostLifetimeMs}`);
    sendJson(answer, 201, await invitations.issue(lifetimeMs));
  }

  async #enrol(
    key: string,
    invitations: Invitations,
    request: IncomingMessage,
    answer: ServerResponse,
  ): Promise<void> {
    const { node, token } = fieldsOf(await readJson(request, mostBytes));
    if (typeof node !== 'string' || node === '' || typeof token !== 'string')
      throw new HttpProblem(400, 'write {node, token}');
    const redeemed = await invitations.redeem(token, node);
    if (redeemed !== 'enrolled') throw refusals[redeemed];
    sendJson(answer, 201, { credential: credentialOf(node, key), by: this.#options.node });
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Takes as long whatever is wrong. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
