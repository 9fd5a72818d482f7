// The user's interface over HTTP: one handler for every kind of node, over whatever UserService the node is.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem, methodNotAllowed, sendJson, sendProblem, sendText } from '../http/http-problem.ts';
import { readBody } from '../http/read-body.ts';
import type { Admission } from '../access/admission.ts';
import type { Guard } from '../access/guard.ts';
import { admittedEvents } from './admitted-events.ts';
import { type EnrolmentDoor, enrolmentRoutes } from '../enrolment/enrolment-door.ts';
import type { CostQueue } from './cost-queue.ts';
import { pollEvents, publishEvent, readMessage, streamEvents } from './events-routes.ts';
import { fetchFile, listFiles, sendFile, sendTorrent } from './files-routes.ts';
import type { NodeIdentity, NodeMetrics } from './node-metrics.ts';
import { deleteRecord, getRecord, putRecord } from './records-routes.ts';
import { rightOf } from './right-of.ts';
import { type SwitchDoor, switchRoutes } from './switch-door.ts';
import { decodeKey, type Route, type RouteName, routeOf } from './route.ts';
import { getTransaction, sendDigest, submitTransaction } from './transactions-routes.ts';
import { UserLimit, type UserService } from './user-service.ts';

export interface UserInterface {
  readonly service: UserService;
  /** Lets users in; undefined = everybody may do everything. */
  readonly guard?: Guard | undefined;
  readonly cost: CostQueue;
  readonly metrics: NodeMetrics;
  readonly identity: NodeIdentity;
  /** Undefined where nobody is invited and nobody needs to be. */
  readonly enrolment?: EnrolmentDoor;
  /** Undefined where the network does not change how it serves. */
  readonly switching?: SwitchDoor | undefined;
  /** Aborts when the node begins to drain. */
  readonly draining: AbortSignal;
  /** Answers by asking another node instead of `service`; undefined = this request is answered here. */
  readonly forward?: (
    route: Route,
    request: IncomingMessage,
    answer: ServerResponse,
  ) => Promise<void> | undefined;
}

/** What a version of the program says of itself that knows of versions: the first one does not. */
const versionHeader = 'topolab-version';

export type HttpHandler = (request: IncomingMessage, answer: ServerResponse) => void;

/** What was answered to one whose connection was gone before the answer, in the metrics. */
const clientGone = 499;

export function userRouter(user: UserInterface): HttpHandler {
  return (request, answer) => {
    const beganMs = performance.now();
    const route = routeOf(request.url ?? '/');
    user.metrics.requestBegan();
    answer.once('close', () => {
      const status = answer.writableFinished ? answer.statusCode : clientGone;
      const method = route.name === 'other' ? 'other' : (request.method ?? '');
      user.metrics.requestEnded(route.name, method, status, (performance.now() - beganMs) / 1000);
      if (route.paid && status < 400) user.metrics.operationServed();
    });
    if (user.identity.version > 1) answer.setHeader(versionHeader, user.identity.version);
    handle(user, route, request, answer).catch((thrown: unknown) => {
      sayGoodbye(user, answer);
      sendProblem(answer, thrown);
    });
  };
}

async function handle(
  user: UserInterface,
  route: Route,
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const method = request.method ?? '';
  if (route.name === 'other')
    throw new HttpProblem(404, 'no such path: see /events, /files, /records, /transactions');
  if (!route.methods.includes(method)) throw methodNotAllowed(route.methods);
  const enrolment = enrolmentRoutes.find((each) => each === route.name);
  if (enrolment !== undefined) {
    if (user.enrolment === undefined) throw new HttpProblem(404, 'nobody is invited here');
    await user.enrolment.answer(enrolment, request, answer);
    return;
  }
  const switching = switchRoutes.find((each) => each === route.name);
  if (switching !== undefined) {
    if (user.switching === undefined) throw new HttpProblem(404, 'this node does not switch');
    await user.switching.answer(switching, route.query, request, answer);
    return;
  }
  if (!route.paid) {
    await answerAdmin(user, route.name, request, answer);
    return;
  }
  user.enrolment?.admit(request);
  const elsewhere = user.forward?.(route, request, answer);
  if (elsewhere !== undefined) return elsewhere;
  // Before the body is read, and again when it is its turn: a request may wait for long.
  const admission = await user.guard?.admit(request, rightOf(route.name, method));
  const body = await bodyOf(route.name, request);
  await user.cost.pay(() => answer.destroyed);
  if (answer.destroyed) return;
  sayGoodbye(user, answer);
  if (admission === undefined || user.guard === undefined)
    return answerUser(user, user.service, route, request, body, answer);
  await admission.renew();
  await answerAdmitted({ user, guard: user.guard, admission }, route, request, body, answer);
}

/** What lasts ends when its user may do it no longer; a file that is half sent is cut off. */
async function answerAdmitted(
  { user, guard, admission }: { user: UserInterface; guard: Guard; admission: Admission },
  route: Route,
  request: IncomingMessage,
  body: Buffer,
  answer: ServerResponse,
): Promise<void> {
  const service = { ...user.service, events: admittedEvents(user.service.events, admission) };
  guard.keep(admission);
  const isFile = route.name === '/files/NAME';
  if (isFile) admission.ended.addEventListener('abort', () => answer.destroy(), { once: true });
  try {
    await answerUser(user, service, route, request, body, answer);
  } finally {
    guard.close(admission);
  }
}

/** The body is read before the request pays, so that a slow sender holds nobody up. */
async function bodyOf(route: RouteName, request: IncomingMessage): Promise<Buffer> {
  if (request.method === 'POST') return readMessage(request);
  if (request.method === 'PUT' && route === '/records/ID') return readBody(request, UserLimit.recordBytes);
  return Buffer.alloc(0);
}

/** While draining, each answer asks its connection to close, so that the next request goes to another node. */
function sayGoodbye(user: UserInterface, answer: ServerResponse): void {
  if (user.draining.aborted && !answer.headersSent) answer.setHeader('connection', 'close');
}

async function answerUser(
  user: UserInterface,
  service: UserService,
  route: Route,
  request: IncomingMessage,
  body: Buffer,
  answer: ServerResponse,
): Promise<void> {
  const { events, files, records, transactions } = service;
  switch (route.name) {
    case '/work':
      sendJson(answer, 200, { node: user.identity.node });
      return;
    case '/events':
    case '/events?waitMs': {
      if (request.method === 'POST') await publishEvent(events, user.metrics, body, request, answer);
      else await pollEvents(events, user.metrics, route.query, leaving(user, answer), answer);
      return;
    }
    case '/events/stream':
      await streamEvents(events, user.metrics, request, route.query, leaving(user, answer), answer);
      return;
    case '/files':
      await listFiles(files, answer);
      return;
    case '/files/NAME':
      await sendFile(files, decodeKey(route.key), request, answer);
      return;
    case '/files/NAME/fetch':
      await fetchFile(files, decodeKey(route.key), answer);
      return;
    case '/files/NAME.torrent':
      await sendTorrent(files, decodeKey(route.key), answer);
      return;
    case '/records/ID': {
      const id = decodeKey(route.key);
      if (request.method === 'PUT') await putRecord(records, id, body, request, answer);
      else if (request.method === 'DELETE') await deleteRecord(records, id, request, answer);
      else await getRecord(records, id, answer);
      return;
    }
    case '/transactions':
      await submitTransaction(transactions, body, answer);
      return;
    case '/transactions/digest':
      await sendDigest(transactions, answer);
      return;
    case '/transactions/ID':
      await getTransaction(transactions, decodeKey(route.key), answer);
      return;
    default:
      throw new HttpProblem(404, 'no such path');
  }
}

/** Aborts when the receiver's connection closes or the node drains. */
function leaving(user: UserInterface, answer: ServerResponse): AbortSignal {
  const closed = new AbortController();
  answer.once('close', () => closed.abort());
  return AbortSignal.any([closed.signal, user.draining]);
}

/** What operators and balancers ask; costs nothing and is answered whatever else the node is busy with. */
async function answerAdmin(
  user: UserInterface,
  route: RouteName,
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  sayGoodbye(user, answer);
  switch (route) {
    case '/ready': {
      const reason = user.draining.aborted ? 'draining' : user.service.unreadyBecause();
      if (reason === undefined) sendText(answer, 200, 'ready\n');
      else sendText(answer, 503, `${reason}\n`, undefined, { 'retry-after': '1' });
      return;
    }
    case '/healthz':
      sendText(answer, 200, 'alive\n');
      return;
    case '/metrics':
      sendText(answer, 200, await user.metrics.registry.metrics(), user.metrics.registry.contentType);
      return;
    case '/access/rights':
      sendJson(answer, 200, await guardOf(user).rightsOf(request));
      return;
    case '/access/changes':
      await guardOf(user).change((await readBody(request, UserLimit.changeBytes)).toString('utf8'));
      answer.writeHead(204);
      answer.end();
      return;
    case '/neighbours':
      sendJson(answer, 200, user.service.neighbours?.() ?? []);
      return;
    default:
      sendJson(answer, 200, user.identity);
  }
}

function guardOf({ guard }: UserInterface): Guard {
  if (guard === undefined)
    throw new HttpProblem(404, 'users of this node have no rights: everybody may do everything');
  return guard;
}
