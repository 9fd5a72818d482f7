// Files of a client that asks its servers: a stand-in on loopback takes their place.
import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ServerFiles } from '../../../node-image/client/server-files.ts';
import { Upstream } from '../../../node-image/client/upstream.ts';
import { log } from '../../../node-image/process/log.ts';
import { deadAddress, standInServer } from './stand-in-server.ts';

vi.mock('../../../node-image/process/log.ts', () => ({ log: vi.fn<typeof log>() }));

const content = Buffer.alloc(200_000, 'content');
const sha256 = createHash('sha256').update(content).digest();
const other = createHash('sha256').update('other').digest('base64');
const right = `sha-256=:${sha256.toString('base64')}:`;

function clientOf(base: string): { files: ServerFiles; registry: Registry } {
  const upstream = new Upstream(base);
  onTestFinished(() => upstream.close());
  const registry = new Registry();
  return { files: new ServerFiles(upstream, registry), registry };
}

async function asking(listener: RequestListener): Promise<ReturnType<typeof clientOf>> {
  return clientOf(await standInServer(listener));
}

const sending =
  (headers: Readonly<Record<string, string>>): RequestListener =>
  (_, answer) =>
    answer.writeHead(200, headers).end(content);

/** Values of a metric by one of its labels, without those that are 0. */
async function countsOf(registry: Registry, name: string, label: string): Promise<Record<string, number>> {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  const counted = values.filter(({ value }) => value > 0);
  return Object.fromEntries(counted.map(({ labels, value }) => [String(labels[label]), value]));
}

const failures = async (registry: Registry) =>
  countsOf(registry, 'topolab_file_fetches_failed_total', 'reason');

describe('a file that a server sends', () => {
  test.each([
    ['its digest', { 'repr-digest': right }],
    ['several digests, one of which we know', { 'repr-digest': `sha-512=:AAAA:, ${right}` }],
  ])('is checked against %s', async (_, headers) => {
    const { files, registry } = await asking(sending(headers));
    expect(await files.fetch('a b.bin')).toMatchObject({
      name: 'a b.bin',
      sizeBytes: content.length,
      sha256: sha256.toString('hex'),
      checked: true,
      bytesFromServer: content.length,
      bytesFromPeers: 0,
    });
    expect(await countsOf(registry, 'topolab_file_bytes_total', 'from')).toEqual({ server: content.length });
    expect(await failures(registry)).toEqual({});
  });

  test.each([
    ['no digest', {}],
    ['only a digest of another kind', { 'repr-digest': 'sha-512=:AAAA:' }],
  ])('is not said to be checked where there is %s', async (_, headers) => {
    const { files } = await asking(sending(headers));
    expect(await files.fetch('a.bin')).toMatchObject({ sha256: sha256.toString('hex'), checked: false });
  });

  test('is refused where it is not what its digest says', async () => {
    const { files, registry } = await asking(sending({ 'repr-digest': `sha-256=:${other}:` }));
    await expect(files.fetch('a.bin')).rejects.toMatchObject({ status: 502, reason: 'wrong-hash' });
    expect(await failures(registry)).toEqual({ 'wrong-hash': 1 });
    expect(await countsOf(registry, 'topolab_file_download_seconds', 'le')).toEqual({});
  });
});

describe('a file that does not come', () => {
  test('is refused as the server refuses it', async () => {
    const { files, registry } = await asking((_, answer) => answer.writeHead(404).end());
    await expect(files.fetch('none')).rejects.toMatchObject({ status: 404, reason: 'server-refused' });
    expect(await failures(registry)).toEqual({ 'server-refused': 1 });
    const why = "the server answered 404 for 'none'";
    const fields = { name: 'none', reason: 'server-refused', why };
    expect(log).toHaveBeenLastCalledWith('warn', 'a file was not fetched', fields);
  });

  test('is not taken for whole where the server breaks off', async () => {
    const { files, registry } = await asking((_, answer) => {
      answer.writeHead(200, { 'content-length': content.length, 'repr-digest': right });
      answer.write(content.subarray(0, 1000), () => answer.destroy());
    });
    await expect(files.fetch('a.bin')).rejects.toMatchObject({ status: 503, reason: 'no-server' });
    expect(await failures(registry)).toEqual({ 'no-server': 1 });
  });

  test('counts once for each try where no server answers', async () => {
    const { files, registry } = clientOf(await deadAddress());
    for (const _ of [1, 2])
      await expect(files.fetch('a.bin')).rejects.toMatchObject({ status: 503, reason: 'no-server' });
    expect(await failures(registry)).toEqual({ 'no-server': 2 });
  });
});
