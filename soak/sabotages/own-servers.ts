// Servers in a few lines, for what Topolab's own never do: they take what is said and say nothing, or send on without end.
import type { Sabotage } from './sabotage.ts';

/** A scenario of two of them whose only objective is on errors. */
function servedBy(program: string): NonNullable<Sabotage['scenario']> {
  return {
    groups: {
      servers: {
        role: 'server',
        replicas: 2,
        image: 'node:24-trixie-slim',
        port: 8080,
        ready: { tcp: 8080 },
        cpus: 0.5,
        memory: '128MiB',
        command: ['node', '-e', `${program}\nprocess.on('SIGTERM', () => process.exit(0));`],
      },
    },
    objectives: [{ errors: { atMost: '5%' } }],
  };
}

/** Says that more is to come, and closes. */
export const breaksOff = servedBy(`
require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 1000\\r\\n\\r\\nhello'));
}).listen(8080);`);

export const sendsOn = servedBy(`
require('node:http').createServer((_, answer) => {
  answer.writeHead(302, { location: '/again' });
  answer.end();
}).listen(8080);`);

/** A handshake of WebSockets, and no word after it; at `/never` no handshake either. At `/greets` one word. */
export const silentSockets = servedBy(`
const { createHash } = require('node:crypto');
require('node:http').createServer().on('upgrade', (request, socket) => {
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.on('error', () => {});
  if (request.url === '/never') return;
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + key + '\\r\\n\\r\\n');
  if (request.url === '/greets') socket.write(Buffer.from([0x81, 2, 104, 105]));
  socket.on('data', (frame) => {
    if ((frame[0] & 15) !== 8) return;
    socket.write(Buffer.from([0x88, 0]));
    socket.end();
  });
}).listen(8080);`);

/** Takes every stream of gRPC, and sends no message on it. */
export const silentStreams = servedBy(`
require('node:http2').createServer().on('stream', (stream) => {
  stream.on('error', () => {});
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
  stream.resume();
}).listen(8080);`);

export const watchProto = {
  'watch.proto': `syntax = "proto3";
package hello;
message Nothing {}
service Watcher { rpc Watch(Nothing) returns (stream Nothing); }
`,
};
