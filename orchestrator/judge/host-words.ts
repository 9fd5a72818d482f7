// What became of hosts, in words.
import { listNames } from '../format/list-names.ts';
import { seconds } from './figure-words.ts';
import type { Finding } from './finding.ts';

export function sayHostGone({
  host,
  goneMs,
  nodes,
  needed,
}: Extract<Finding, { code: 'host-gone' }>): string {
  const when = goneMs === null ? 'before the load' : `at ${seconds(goneMs)}`;
  const others = nodes.length === 0 ? 'no node was on it' : `${listNames(nodes)} went with it`;
  if (needed.length === 0) return `Host ${host} was lost ${when}: ${others}.`;
  const too = nodes.length === 0 ? '' : `. ${listNames(nodes)} went too`;
  return `Host ${host} was lost ${when}, and with it ${listNames(needed)}, without which nothing can be measured: the load ended there${too}.`;
}
