// What may be asked of the stack's Prometheus by others than the agent: its pages and its queries. Nothing that writes, changes or ends.
import {
  HttpProblem,
  type HttpAnswer,
  type HttpRequest,
  methodNotAllowed,
  sendProblem,
} from '../http/http-problem.ts';
import { type HostPort, relayHttp } from '../http/relay.ts';

/** Queries that Prometheus takes in a body as well, for those too long for a path. */
const queries = /^\/api\/v1\/(query|query_range|query_exemplars|format_query|parse_query|labels|series)$/;
/** Its own pages, and what they load. */
const pages =
  /^\/($|graph|alerts|targets|rules|config|flags|status|tsdb-status|service-discovery|starting|classic|static|assets|favicon|manifest\.json|-\/(ready|healthy)$|metrics$)/;
/** What is told of it, beside queries. */
const facts =
  /^\/api\/v1\/(label\/[^/]+\/values|targets|targets\/metadata|metadata|rules|alerts|alertmanagers|scrape_pools|status\/(config|flags|runtimeinfo|buildinfo|tsdb|walreplay)|notifications|features)$/;

/** Whether a request only reads. */
export function onlyReads(method: string, path: string): boolean {
  if (queries.test(path)) return method === 'GET' || method === 'HEAD' || method === 'POST';
  return (method === 'GET' || method === 'HEAD') && (pages.test(path) || facts.test(path));
}

export function readerRoutes(to: HostPort): (request: HttpRequest, answer: HttpAnswer) => void {
  return (request, answer) => {
    const left = new AbortController();
    answer.once('close', () => left.abort());
    answer.on('error', () => left.abort());
    const target = request.url ?? '/';
    const path = target.split('?', 1)[0] ?? '/';
    if (!onlyReads(request.method ?? '', path)) {
      sendProblem(
        answer,
        onlyReads('GET', path) ? methodNotAllowed(['GET']) : new HttpProblem(404, 'nothing to be read here'),
      );
      return;
    }
    relayHttp(to, target, request, answer, left.signal).catch((thrown: unknown) => {
      if (!left.signal.aborted) sendProblem(answer, thrown);
    });
  };
}
