// The Swarm's service that leads to the engine of every host. Pure.
import { tunnelEnvironment } from '../../../node-image/contract/tunnel-environment.ts';
import type { GlobalServiceSpec } from '../../engine/swarm-manager.ts';

const ENGINE_SOCKET = '/engine.sock';
const MEMORY_BYTES = 192 * 2 ** 20;
/** On the service of every command. */
export const TUNNEL = 'topolab.tunnel';

/**
 * @param program what Node runs, as text: hosts that have never seen Topolab have no image of ours.
 * @param key 32 random bytes. Whoever can read it in the service's definition rules the Swarm already.
 */
export function tunnelService(name: string, image: string, program: string, key: Buffer): GlobalServiceSpec {
  return {
    name,
    labels: { [TUNNEL]: name },
    image,
    command: ['node', '-e', program],
    env: tunnelEnvironment.write({
      key: key.toString('base64url'),
      socket: ENGINE_SOCKET,
      service: name,
      network: name,
    }),
    memoryBytes: MEMORY_BYTES,
    engineSocket: ENGINE_SOCKET,
  };
}
