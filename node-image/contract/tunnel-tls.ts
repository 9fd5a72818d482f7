// How both ends of a tunnel speak: TLS with a key that both have and no certificates, so that nobody on the way can read or use it.
// What goes over an overlay network goes over the hosts' network in the clear.
import type { ConnectionOptions, TlsOptions } from 'node:tls';

const IDENTITY = 'orchestrator';

const common = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  // Without it Node takes the session for one of HTTP/1.1.
  ALPNProtocols: ['h2'],
} as const;

export function serverTls(key: Buffer): TlsOptions {
  return { ...common, pskCallback: (_socket, identity) => (identity === IDENTITY ? key : null) };
}

export function clientTls(key: Buffer): ConnectionOptions {
  return {
    ...common,
    pskCallback: () => ({ psk: key, identity: IDENTITY }),
    // There is no certificate that could name a host: the key shows who it is.
    checkServerIdentity: () => undefined,
  };
}

/** Of each stream and of a whole session: an image is handed over without waiting at every 64 kB. */
export const WINDOW_BYTES = 4 * 2 ** 20;
