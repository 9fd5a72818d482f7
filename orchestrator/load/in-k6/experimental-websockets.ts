// Stands in for the module by the name that `k6/websockets` had up to k6 1.5; later ones still have it by both.
import * as websockets from 'k6/experimental/websockets';
import { boundedWebSocket } from './web-socket.ts';

export * from 'k6/experimental/websockets';

export const WebSocket = boundedWebSocket(websockets.WebSocket);

export default { ...websockets, WebSocket };
