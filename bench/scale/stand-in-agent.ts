// A program that stands in for a run's agent and for the Prometheus beside it (docs/agent-protocol.md), in a process of its own, so that what
// it costs is not the orchestrator's: `node stand-in-agent.ts SOCKET`. Every node that is asked for is there, is scraped and has samples.
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { MeasuredContainer, ScrapeTarget } from '../../node-image/contract/agent-protocol.ts';

interface Asked {
  readonly path: string;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

let targets: readonly ScrapeTarget[] = [];
let containers: readonly MeasuredContainer[] = [];
/** The largest of what was pushed, bytes: an agent takes 8 MiB at a time. */
const largest: Record<string, number> = {};

// In MB: answers stand whole in its memory, where an agent passes them on as they come.
const server = createServer({ maxSessionMemory: 1000 });
// The orchestrator leaves without a word at its end.
server.on('sessionError', () => {});
server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
  const chunks: Buffer[] = [];
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    // Whoever asked has given up meanwhile.
    if (stream.destroyed) return;
    const { status, body } = answerTo({ path: String(headers[':path']), body: Buffer.concat(chunks) });
    stream.respond({ ':status': status });
    stream.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
});
server.listen(process.argv[2], () => process.send?.('listening'));
process.on('message', () =>
  process.send?.({ largest, targets: targets.length, containers: containers.length }),
);
process.on('disconnect', () => process.exit());

function answerTo({ path, body }: Asked): Answer {
  const kind = /^\/runs\/[^/]+\/(\w+)$/.exec(path)?.[1];
  if (kind !== undefined) largest[kind] = Math.max(largest[kind] ?? 0, body.length);
  if (kind === 'targets') targets = JSON.parse(body.toString()) as ScrapeTarget[];
  if (kind === 'containers') containers = JSON.parse(body.toString()) as MeasuredContainer[];
  if (kind === 'metrics') return { status: 200, body: { refused: [] } };
  if (path === '/clock') return { status: 200, body: { nowMs: Date.now() } };
  if (path === '/probe') return { status: 200, body: { tookMs: 1 } };
  if (path.startsWith('/proxy/')) return prometheus(new URL(`http://${path.slice('/proxy/'.length)}`));
  return { status: 204, body: '' };
}

/** Every target is up; whoever counts finds enough; and each node has a value for each second of a range. */
function prometheus({ pathname, searchParams }: URL): Answer {
  if (pathname.endsWith('/targets')) return answered({ activeTargets: targets.map(activeTarget) });
  const expr = searchParams.get('query') ?? '';
  if (pathname.endsWith('/query_range'))
    return answered({ resultType: 'matrix', result: matrix(expr, searchParams) });
  const time = Number(searchParams.get('time'));
  const isCount = expr.startsWith('count(');
  return answered({
    resultType: expr.endsWith('s]') ? 'matrix' : 'vector',
    result: isCount ? [{ metric: {}, value: [time, '1000000'] }] : [],
  });
}

/** As Prometheus tells of it, discovered labels included: they are most of the answer. */
function activeTarget({ targets: [address = ''], labels }: ScrapeTarget): unknown {
  return {
    discoveredLabels: {
      __address__: address,
      __scrape_interval__: '1s',
      __scrape_timeout__: '1s',
      ...labels,
    },
    labels: { ...labels, instance: labels['node'] },
    scrapePool: 'run',
    scrapeUrl: `http://${address}/metrics`,
    globalUrl: `http://${address}/metrics`,
    lastError: '',
    lastScrape: new Date().toISOString(),
    lastScrapeDuration: 0.004,
    health: 'up',
    scrapeInterval: '1s',
    scrapeTimeout: '1s',
  };
}

function matrix(expr: string, searchParams: URLSearchParams): readonly unknown[] {
  if (!/by \((?:run, )?group, node\)/.test(expr)) return [];
  const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map((name) =>
    Number.parseFloat(searchParams.get(name) ?? '1'),
  );
  const times = Array.from(
    { length: Math.floor((end - start) / step) + 1 },
    (_, index) => start + index * step,
  );
  return containers.map(({ labels: { run = '', group, node } }, place) => ({
    metric: { run, group, node },
    values: times.map((time) => [time, String(0.1 + ((place * 7 + time) % 100) / 997)]),
  }));
}

function answered(data: unknown): Answer {
  return { status: 200, body: { status: 'success', data } };
}
