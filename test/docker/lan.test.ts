// A LAN without internet: its containers have each other, and nothing else.
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label, type Network, type RunningContainer } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { until } from './until.ts';

const run = `lan-${randomBytes(4).toString('hex')}`;
let engine: Engine;
let lan: Network;
let other: Network;
let node: RunningContainer;
let neighbour: RunningContainer;
/** In a usual network, as a stand-in for the rest of the world and to show that the listeners do listen. */
let outsider: RunningContainer;
let onHost: Server;
let hostPort: number;

const listen =
  "require('net').createServer((s) => s.on('error', () => {}).end('hello')).listen(5000, () => console.log('listening'))";
const connect = `
const [host, port, timeout] = process.argv.slice(1);
const socket = require('net').connect({ host, port: Number(port), timeout: Number(timeout) });
const say = (what) => { console.log(what); process.exit(); };
socket.on('data', () => say('open')).on('end', () => say('no way')).on('timeout', () => say('no way')).on('error', () => say('no way'));
`;

function launch(name: string, network: Network): Promise<RunningContainer> {
  return engine.launch({
    name: `topolab-${run}-${name}`,
    image: NODE_BASE_IMAGE,
    labels: { [Label.run]: run, [Label.node]: name },
    env: {},
    command: ['node', '-e', listen],
    cpus: null,
    memoryBytes: null,
    network: { id: network.id, aliases: [name] },
  });
}

async function ask(from: RunningContainer, host: string, port: number, withinMs: number): Promise<string> {
  const argv = ['node', '-e', connect, host, String(port), String(withinMs)];
  return (await engine.exec(from.id, argv)).stdout.trim();
}

/** Where it should be open: however slow the machine. */
const reach = (from: RunningContainer, host: string, port = 5000): Promise<string> =>
  ask(from, host, port, 30_000);

/** Where it should not. */
const tryToReach = (from: RunningContainer, host: string, port = 5000): Promise<string> =>
  ask(from, host, port, 4_000);

/** The host's addresses, those of its bridges with them. */
function hostAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

/** The first address of a network, which Docker makes the gateway. */
function gatewayOf({ address }: RunningContainer): string {
  const [a, b, c, d] = address.split('.').map(Number);
  return `${a}.${b}.${c}.${Number(d) - ((Number(d) - 1) % 16)}`;
}

beforeAll(async () => {
  engine = await connectDocker();
  const labels = { [Label.run]: run };
  lan = await engine.createNetwork({ name: `topolab-${run}-lan`, labels, internet: false });
  other = await engine.createNetwork({ name: `topolab-${run}-other`, labels });
  [node, neighbour, outsider] = await Promise.all([
    launch('node', lan),
    launch('neighbour', lan),
    launch('outsider', other),
  ]);
  for (const { id, name } of [node, neighbour, outsider]) {
    await until(`${name} listens`, async () => (await engine.logs(id)).includes('listening'));
  }
  onHost = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => onHost.listen(0, '0.0.0.0', resolve));
  const address = onHost.address();
  hostPort = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  onHost.close();
  await removeLeftovers(engine, run);
  expect(await engine.list(run)).toEqual({ containers: [], networks: [], volumes: [] });
  await engine[Symbol.asyncDispose]();
});

describe('a LAN without internet', () => {
  it('lets its containers reach each other, by name too', async () => {
    expect(await reach(node, neighbour.address)).toBe('open');
    expect(await reach(node, 'neighbour')).toBe('open');
  });

  it('lets nothing out to another network, in either direction', async () => {
    expect(await reach(outsider, outsider.address)).toBe('open');
    expect(await tryToReach(node, outsider.address)).toBe('no way');
    expect(await tryToReach(node, gatewayOf(outsider))).toBe('no way');
    expect(await tryToReach(outsider, node.address)).toBe('no way');
  });

  it('lets nothing out to the host, whatever its address', async () => {
    const addresses = hostAddresses();
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) {
      expect(await reach(outsider, address, hostPort), `outsider to ${address}`).toBe('open');
      expect(await tryToReach(node, address, hostPort), `node to ${address}`).toBe('no way');
    }
    expect(await tryToReach(node, gatewayOf(node), hostPort)).toBe('no way');
    expect(addresses).not.toContain(gatewayOf(node));
  });

  it('lets nothing out over IPv6 either', async () => {
    const { stdout } = await engine.exec(node.id, ['cat', '/proc/net/if_inet6']);
    expect(stdout.split('\n').filter((line) => line !== '' && !line.endsWith(' lo'))).toEqual([]);
  });

  it('lets nothing out to the internet', async () => {
    // An address for documentation, which nobody has: what counts is that it is not even tried. See RFC 5737.
    expect(await tryToReach(node, '198.51.100.1', 80)).toBe('no way');
    const lookup =
      "require('dns').lookup('example.com',(e)=>{console.log(e?'unknown':'known');process.exit()})";
    expect((await engine.exec(node.id, ['node', '-e', lookup])).stdout.trim()).toBe('unknown');
  });

  it.each([
    ['multicast', '224.0.0.251'],
    ['broadcast', '255.255.255.255'],
  ])('carries %s', async (kind, group) => {
    const hear = `
const socket = require('dgram').createSocket({ type: 'udp4', reuseAddr: true });
socket.on('message', (data) => { console.log(String(data)); process.exit(); });
socket.bind(5353, () => { if (process.argv[1].startsWith('224')) socket.addMembership(process.argv[1]); console.log('hearing'); });
setTimeout(() => process.exit(1), 60000);
`;
    const call = `
const socket = require('dgram').createSocket('udp4');
socket.bind(() => { socket.setBroadcast(true); let sent = 0;
  setInterval(() => { socket.send('anybody there?', 5353, process.argv[1]); if (++sent > 20) process.exit(); }, 100); });
`;
    const hearing = await engine.openStream(neighbour.id, ['node', '-e', hear, group]);
    const said = createInterface({ input: hearing })[Symbol.asyncIterator]();
    expect((await said.next()).value).toBe('hearing');
    await engine.exec(node.id, ['node', '-e', call, group]);
    expect((await said.next()).value, kind).toBe('anybody there?');
  });
});
