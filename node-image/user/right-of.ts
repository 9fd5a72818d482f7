// Which right a request of the user's interface takes.
import type { Right } from '../contract/access-rights.ts';
import type { RouteName } from './route.ts';

/** Undefined where any user may ask: only work, which touches nobody's content. */
export function rightOf(route: RouteName, method: string): Right | undefined {
  if (route === '/work') return undefined;
  if (route.startsWith('/files')) return 'fetch';
  return method === 'GET' || method === 'HEAD' ? 'read' : 'publish';
}
