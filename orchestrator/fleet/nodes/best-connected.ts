// Chooses the victims of a kill that only the running network can name: the peers with the most connections.
import type { AgentClient } from '../../agent/agent-client.ts';
import { patient } from '../../patience.ts';

/** A node that may be asked for its neighbours. */
export interface Candidate {
  readonly name: string;
  readonly address: string;
  /** Port of its user's interface. */
  readonly port: number;
}

/** A node that does not answer within this has no say in who is best connected. */
const answerTimeoutMs = 2_000;

/**
 * The `count` candidates with the most neighbours, most first; at equal numbers in the given order. Fewer where fewer answered.
 * All are asked at once, through the agent.
 */
export async function bestConnected(
  agent: Pick<AgentClient, 'http'>,
  candidates: readonly Candidate[],
  count: number,
): Promise<string[]> {
  const degrees = await Promise.all(
    candidates.map(async (candidate) => ({
      name: candidate.name,
      degree: await countNeighbours(agent, candidate),
    })),
  );
  return degrees
    .filter(({ degree }) => degree !== undefined)
    .sort((a, b) => (b.degree ?? 0) - (a.degree ?? 0))
    .slice(0, count)
    .map(({ name }) => name);
}

async function countNeighbours(
  agent: Pick<AgentClient, 'http'>,
  { address, port }: Candidate,
): Promise<number | undefined> {
  try {
    const { status, body } = await agent.http('GET', `${address}:${port}`, '/neighbours', {
      timeoutMs: patient(answerTimeoutMs),
    });
    const answer: unknown = status === 200 ? JSON.parse(body.toString()) : undefined;
    return Array.isArray(answer) ? answer.length : undefined;
  } catch {
    return undefined;
  }
}
