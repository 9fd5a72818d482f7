// What the tunnel is told, which leads to the engine of every host of a Docker Swarm.
import { port } from './common-variables.ts';
import { environment } from './environment.ts';
import { number, requiredText, textOr } from './variables.ts';

/** Port of each host's tunnel, on a network of tunnels alone. */
export const tunnelPort = 9800;

export const tunnelEnvironment = environment({
  /** 32 random bytes, base64url: who has them may use the tunnel, and reads nothing without. */
  key: requiredText('TUNNEL_KEY', '32 random bytes as base64url'),
  port: port('TUNNEL_PORT', tunnelPort),
  /** The engine's own socket. */
  socket: textOr('TUNNEL_SOCKET', () => '/engine.sock'),
  /** Names of the Swarm's service and network that are removed once nobody uses them any more. */
  service: requiredText('TUNNEL_SERVICE', 'the name of the service'),
  network: requiredText('TUNNEL_NETWORK', 'the name of its network'),
  /** How long nobody may use this host's tunnel until then. */
  silenceMs: number('TUNNEL_SILENCE_MS', { default: 30_000, min: 100, max: 3_600_000 }),
});
