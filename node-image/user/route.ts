// Which part of the user's interface a path means. A pure table; the names are the `route` label of the metrics, so there are few.
import { HttpProblem } from '../http/http-problem.ts';
import { type EnrolmentRoute, enrolmentRoutes } from '../enrolment/enrolment-door.ts';
import { type SwitchRoute, switchRoutes } from './switch-door.ts';
import { UserLimit } from './user-service.ts';

export type RouteName =
  | '/'
  | '/ready'
  | '/healthz'
  | '/metrics'
  | '/work'
  | '/events'
  | '/events?waitMs'
  | '/events/stream'
  | '/files'
  | '/files/NAME'
  | '/files/NAME/fetch'
  | '/files/NAME.torrent'
  | '/records/ID'
  | '/transactions'
  | '/transactions/digest'
  | '/transactions/ID'
  | '/neighbours'
  | '/access/rights'
  | '/access/changes'
  | EnrolmentRoute
  | SwitchRoute
  | 'other';

export interface Route {
  readonly name: RouteName;
  /** Methods it answers; others get 405. */
  readonly methods: readonly string[];
  /** Whether it costs what REQUEST_COST_MS says. */
  readonly paid: boolean;
  /** Name of the file or id of the record, still percent-encoded; '' elsewhere. */
  readonly key: string;
  readonly query: URLSearchParams;
}

const noQuery = new URLSearchParams();
const read = ['GET', 'HEAD'];

/** Never throws: what is not part of the interface is `other`. */
export function routeOf(target: string): Route {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? noQuery : new URLSearchParams(target.slice(mark + 1));
  const route = (name: RouteName, methods: readonly string[], paid: boolean, key = ''): Route => ({
    name,
    methods,
    paid,
    key,
    query,
  });
  switch (path) {
    case '/':
    case '/ready':
    case '/healthz':
    case '/metrics':
    case '/neighbours':
      return route(path, read, false);
    case '/access/rights':
      return route(path, ['GET'], false);
    case '/access/changes':
      return route(path, ['POST'], false);
    case '/work':
      return route('/work', read, true);
    case '/events':
      // Waiting receivers have a name of their own: their time is no latency.
      return route(query.has('waitMs') ? '/events?waitMs' : '/events', ['GET', 'POST'], true);
    case '/events/stream':
      return route('/events/stream', ['GET'], true);
    case '/transactions':
      return route(path, ['POST'], true);
    case '/transactions/digest':
      return route(path, read, true);
    case '/files':
      return route('/files', read, true);
  }
  const enrolment = enrolmentRoutes.find((each) => each === path);
  if (enrolment !== undefined) return route(enrolment, enrolment === '/enrolment' ? read : ['POST'], false);
  const switching = switchRoutes.find((each) => each === path);
  if (switching !== undefined) return route(switching, ['GET', 'POST'], false);
  if (path.startsWith('/files/') && path.endsWith('/fetch'))
    return route('/files/NAME/fetch', ['POST'], true, path.slice(7, -6));
  if (path.startsWith('/files/') && path.endsWith('.torrent'))
    return route('/files/NAME.torrent', read, true, path.slice(7, -8));
  if (path.startsWith('/files/')) return route('/files/NAME', read, true, path.slice(7));
  if (path.startsWith('/records/')) {
    return route('/records/ID', ['GET', 'HEAD', 'PUT', 'DELETE'], true, path.slice(9));
  }
  if (path.startsWith('/transactions/')) return route('/transactions/ID', read, true, path.slice(14));
  return route('other', read, false);
}

/** A file's name or a record's id: 1-256 characters, none of them a control character. 400 otherwise. */
export function decodeKey(encoded: string): string {
  let key: string;
  try {
    key = decodeURIComponent(encoded);
  } catch {
    throw new HttpProblem(400, 'the path is not valid percent-encoding');
  }
  if (key === '' || key.length > UserLimit.nameCharacters || /\p{Cc}/u.test(key)) {
    throw new HttpProblem(
      400,
      `a name has 1-${UserLimit.nameCharacters} characters and no control characters`,
    );
  }
  return key;
}
