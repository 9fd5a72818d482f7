// Speaks to the canaries of a run, by way of the agent.
import type {
  CanaryChange,
  CanaryFigures,
  CanaryNode,
  CanaryReceipt,
  CanaryToken,
  CanaryUser,
} from '../../node-image/contract/canary-protocol.ts';
import { canaryPort } from '../../node-image/contract/canary-protocol.ts';
import type { AgentClient } from '../agent/agent-client.ts';
import { TopolabError } from '../errors.ts';

export class CanaryClient {
  readonly #agent: Pick<AgentClient, 'http'>;
  readonly #at: string;

  /** @param host its address on the observers' network */
  constructor(agent: Pick<AgentClient, 'http'>, host: string) {
    this.#agent = agent;
    this.#at = `${host}:${canaryPort}`;
  }

  async setNodes(nodes: readonly CanaryNode[]): Promise<void> {
    await this.#ask('PUT', '/nodes', nodes);
  }

  async setUsers(users: readonly CanaryUser[]): Promise<void> {
    await this.#ask('PUT', '/users', users);
  }

  async setTokens(tokens: readonly CanaryToken[]): Promise<void> {
    await this.#ask('PUT', '/tokens', tokens);
  }

  /** Fails with `canary-refused` where no node takes the change. */
  async change(change: CanaryChange): Promise<CanaryReceipt> {
    return (await this.#ask('POST', '/changes', change)) as CanaryReceipt;
  }

  async figures(): Promise<CanaryFigures> {
    return (await this.#ask('GET', '/figures')) as CanaryFigures;
  }

  async #ask(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const options = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await this.#agent.http(method, this.#at, path, options);
    if (answer.status === 200) return JSON.parse(answer.body.toString()) as unknown;
    const why = answer.body.toString().slice(0, 500);
    throw new TopolabError(`ask the canaries for ${method} ${path}: status ${answer.status}, ${why}`, {
      code: 'canary-refused',
    });
  }
}
