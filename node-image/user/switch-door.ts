// What a node answers while the network changes how it serves: not its users, but whoever has it switched, and the other side.
import type { IncomingMessage, ServerResponse } from 'node:http';

export const switchRoutes = ['/way', '/way/copies', '/copies/records', '/copies/events'] as const;

export type SwitchRoute = (typeof switchRoutes)[number];

export interface SwitchDoor {
  /** Fails with 404 where this kind of node has no such route. */
  answer(
    route: SwitchRoute,
    query: URLSearchParams,
    request: IncomingMessage,
    answer: ServerResponse,
  ): Promise<void>;
}
