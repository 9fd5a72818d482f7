// Stands in for the module `k6/websockets`.
import * as websockets from 'k6/websockets';
import { boundedWebSocket } from './web-socket.ts';

export * from 'k6/websockets';

export const WebSocket = boundedWebSocket(websockets.WebSocket);

export default { ...websockets, WebSocket };
