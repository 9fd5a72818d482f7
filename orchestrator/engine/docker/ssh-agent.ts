// HTTP over ssh://: each connection is an `ssh HOST docker system dial-stdio`, as the docker command does it. The
// system's own ssh is used so that ~/.ssh/config, known hosts and agents count.
import { spawn } from 'node:child_process';
import { Agent, type ClientRequestArgs } from 'node:http';
import { Duplex } from 'node:stream';
import type { Endpoint } from './find-endpoint.ts';

/** An agent whose connections are ssh processes; they end with the connection. */
export function createSshAgent(endpoint: Endpoint & { kind: 'ssh' }): Agent {
  return new SshAgent(endpoint);
}

class SshAgent extends Agent {
  readonly #argv: readonly string[];

  constructor(endpoint: Endpoint & { kind: 'ssh' }) {
    super({ keepAlive: true });
    this.#argv = [
      '-T',
      '-o',
      'ConnectTimeout=10',
      ...(endpoint.user === '' ? [] : ['-l', endpoint.user]),
      ...(endpoint.port === undefined ? [] : ['-p', String(endpoint.port)]),
      '--',
      endpoint.host,
      'docker system dial-stdio',
    ];
  }

  override createConnection(_options: ClientRequestArgs): Duplex {
    const ssh = spawn('ssh', this.#argv, { stdio: ['pipe', 'pipe', 'pipe'] });
    const connection = Duplex.from({ readable: ssh.stdout, writable: ssh.stdin });
    let said = '';
    ssh.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    ssh.on('error', (error) => connection.destroy(error));
    ssh.on('exit', (code) => {
      if (code !== 0) connection.destroy(new Error(`ssh ended with ${code}: ${said.trim()}`));
    });
    connection.once('close', () => ssh.kill());
    // http.Agent expects a socket's switches where it keeps connections for later.
    return Object.assign(connection, {
      setKeepAlive: () => connection,
      setTimeout: () => connection,
      setNoDelay: () => connection,
      ref: () => ssh.ref(),
      unref: () => ssh.unref(),
    });
  }
}
