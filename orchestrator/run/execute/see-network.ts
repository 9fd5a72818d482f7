// Asks every node that exchanges with others who its neighbours are, and makes one picture of the answers.
import pLimit from 'p-limit';
import type { AgentClient } from '../../agent/agent-client.ts';
import type { Candidate } from '../../fleet/nodes/best-connected.ts';
import { makeGraph, type NetworkGraph } from '../../record/network-graph.ts';
import { patient } from '../../patience.ts';

/** Questions under way at once: they must not disturb what is measured. */
const mostAtOnce = 8;
/** Who does not answer within this is silent. */
const answerTimeoutMs = 2_000;

interface ToldNeighbour {
  readonly address: string;
  /** '' while the teller does not know it. */
  readonly node: string;
}

/** Never rejects: a node that can't be asked, or answers something else, is silent. */
export async function seeNetwork(
  agent: Pick<AgentClient, 'http'>,
  candidates: readonly Candidate[],
  signal?: AbortSignal,
): Promise<NetworkGraph> {
  const limit = pLimit(mostAtOnce);
  const names = new Map(candidates.map(({ address, name }) => [address, name]));
  const answers = await Promise.all(
    candidates.map((candidate) =>
      limit(async () => {
        const told = await askNeighbours(agent, candidate, signal);
        return [candidate.name, told?.map((neighbour) => nameOf(neighbour, names))] as const;
      }),
    ),
  );
  return makeGraph(new Map(answers));
}

async function askNeighbours(
  agent: Pick<AgentClient, 'http'>,
  { address, port }: Candidate,
  signal: AbortSignal | undefined,
): Promise<readonly ToldNeighbour[] | undefined> {
  if (signal?.aborted) return undefined;
  try {
    const { status, body } = await agent.http('GET', `${address}:${port}`, '/neighbours', {
      timeoutMs: patient(answerTimeoutMs),
      signal,
    });
    const answer: unknown = status === 200 ? JSON.parse(body.toString()) : undefined;
    return Array.isArray(answer) && answer.every(isNeighbour) ? answer : undefined;
  } catch {
    return undefined;
  }
}

function isNeighbour(value: unknown): value is ToldNeighbour {
  if (typeof value !== 'object' || value === null) return false;
  const { address, node } = value as Record<string, unknown>;
  return typeof address === 'string' && typeof node === 'string';
}

/** By its address where the teller knows no name: `10.0.0.7:6881`, `/ip4/10.0.0.7/tcp/4001`. '' = none of ours. */
function nameOf({ address, node }: ToldNeighbour, names: ReadonlyMap<string, string>): string {
  if (node !== '') return node;
  const ip = /\d+\.\d+\.\d+\.\d+/.exec(address)?.[0] ?? '';
  return names.get(ip) ?? '';
}
