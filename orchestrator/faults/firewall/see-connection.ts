// What becomes of a connection to a node that has rules, and how many packets these have met: by both it is seen whether they bite.
import type { FaultHost } from '../kind/fault-host.ts';
import type { Answer } from '../kind/sighting.ts';
import { countRules, parseRuleCounts, type RuleCounts, sayRuleCounts } from './rule-counts.ts';

export interface SeenConnection {
  readonly answer: Answer;
  readonly counts: RuleCounts;
  /** In words, for a sighting. */
  readonly saw: string;
}

/**
 * Connects from the agent, and then counts.
 * @param port null = the one on which it serves its users. Where nothing drops packets, the node's kernel answers for programs that do not listen.
 * @param done what the table's rules do with packets: `dropped`, `refused`.
 */
export async function seeConnection(
  host: FaultHost,
  node: string,
  port: number | null,
  { table, done }: { readonly table: string; readonly done: string },
): Promise<SeenConnection> {
  const answer = await host.connect(node, port);
  const counts = parseRuleCounts(await host.lookInNetwork(node, countRules(table)));
  const to = port === null ? '' : ` to port ${port}`;
  return {
    answer,
    counts,
    saw: `a connection from the agent${to}: ${answer}; ${sayRuleCounts(counts, done)}`,
  };
}
