import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleScript, settingsModule } from '../../../orchestrator/load/bundle-script.ts';
import type { GeneratorSettings } from '../../../orchestrator/load/in-k6/settings.ts';
import { restoreTimers, type StandInK6, writeStandInK6 } from './stand-in-k6.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topolab-protocols-'));
});

afterEach(() => {
  restoreTimers();
  rmSync(folder, { recursive: true, force: true });
});

const settings: GeneratorSettings = {
  windows: [{ name: 'only', untilMs: 2000 }],
  deadlineMs: 3000,
  tagValues: 3,
  options: {},
  putAside: [],
};

interface Script {
  readonly default: (data?: unknown) => unknown;
}

async function load(
  source: string,
  given: Partial<GeneratorSettings> = {},
): Promise<{ script: Script; k6: StandInK6 }> {
  mkdirSync(join(folder, 'source'));
  const scriptPath = join(folder, 'source/load.ts');
  writeFileSync(scriptPath, source);
  const bundled = await bundleScript({ script: 'source/load.ts', scriptPath, files: [] });
  const k6 = writeStandInK6(folder);
  writeFileSync(join(folder, 'topolab-settings.mjs'), settingsModule(bundled, { ...settings, ...given }));
  const code = bundled.code.replaceAll('./topolab-settings.js', './topolab-settings.mjs');
  writeFileSync(join(folder, 'topolab-bundle.mjs'), code);
  const script = (await import(pathToFileURL(join(folder, 'topolab-bundle.mjs')).href)) as Script;
  k6.initContext = false;
  return { script, k6 };
}

const ENDED = 'topolab_iterations_ended';
const HUNG = 'topolab_hung_seconds';
const BOOKED = 'topolab_waits_booked_seconds';
const OVER = 'topolab_waits_over_seconds';

describe('calls of gRPC', () => {
  const calls = `
    import grpc from 'k6/net/grpc';
    const client = new grpc.Client();
    export default function user(methods: string[]): unknown {
      client.connect('web:9090');
      return methods.map((method) => client.invoke(method, {}, { tags: { team: 'a' } }).status);
    }`;

  it('are counted as they start and end, and fail where their status is not OK', async () => {
    const { script, k6 } = await load(calls);
    expect(script.default(['shop/Get/0'])).toEqual([0]);
    expect(script.default(['shop/Get/0', 'shop/Get/5'])).toEqual([0, 5]);
    expect(k6.total('topolab_requests_started')).toBe(3);
    expect(k6.total('topolab_requests_ended')).toBe(3);
    expect(k6.counts(ENDED)).toEqual({ 'outcome=done,window=only': 1, 'outcome=failed,window=only': 1 });
    expect(k6.samples('topolab_unanswered')).toEqual([]);
  });

  it('end with the load, and one without an answer has waited', async () => {
    const { script, k6 } = await load(calls);
    script.default(['shop/Get/4']);
    expect(k6.nowMs).toBe(3000);
    const tags = { team: 'a', window: 'only', error_code: '' };
    expect(k6.samples('topolab_unanswered')).toEqual([{ value: 3000, tags: expect.objectContaining(tags) }]);
    expect(k6.samples('topolab_hung_seconds')).toHaveLength(1);
  });

  it('have the name of their method where something is asked by names', async () => {
    const { script, k6 } = await load(calls, { requestTags: ['name'] });
    script.default(['shop/Get/0']);
    expect(k6.requests[0]?.params?.tags).toEqual({ team: 'a', name: 'shop/Get/0' });
  });

  it('may be asynchronous, and streams get k6’s own client', async () => {
    const { script, k6 } = await load(`
      import { Client, Stream } from 'k6/net/grpc';
      const client = new Client();
      export default async function user(): Promise<unknown> {
        client.connect('web:9090');
        await client.asyncInvoke('shop/Get/14', {});
        return new Stream(client, 'shop/Watch').of;
      }`);
    expect(await script.default()).toBe('web:9090');
    k6.streams[0]?.happen('end');
    await vi.waitFor(() => expect(k6.counts(ENDED)).toEqual({ 'outcome=failed,window=only': 1 }));
  });
});

describe('streams of gRPC', () => {
  const watches = `
    import { Client, Stream } from 'k6/net/grpc';
    const client = new Client();
    export default function user(): void { new Stream(client, 'shop/Watch', { tags: { team: 'a' } }); }`;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  afterEach(() => vi.useRealTimers());

  it('keep their iteration going until they end', async () => {
    const { script, k6 } = await load(watches);
    script.default();
    k6.streams[0]?.happen('data');
    expect(k6.total('topolab_requests_ended')).toBe(1);
    expect(k6.samples(ENDED)).toEqual([]);
    k6.streams[0]?.happen('end');
    expect(k6.counts(ENDED)).toEqual({ 'outcome=done,window=only': 1 });
    expect(k6.total('topolab_requests_ended')).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('have not been answered where nothing has come by the end of the load', async () => {
    const { script, k6 } = await load(watches);
    script.default();
    k6.nowMs = 3000;
    vi.advanceTimersByTime(3000);
    expect(k6.counts(ENDED)).toEqual({ 'outcome=failed,window=only': 1 });
    const tags = { team: 'a', window: 'only', error_code: '' };
    expect(k6.samples('topolab_unanswered')).toEqual([{ value: 3000, tags: expect.objectContaining(tags) }]);
    expect(k6.total('topolab_hung_seconds')).toBe(2);
  });

  it('are done where they go on at the end of the load, and something has come', async () => {
    const { script, k6 } = await load(watches);
    script.default();
    k6.streams[0]?.happen('data');
    k6.nowMs = 3000;
    vi.advanceTimersByTime(3000);
    expect(k6.counts(ENDED)).toEqual({ 'outcome=done,window=only': 1 });
    expect(k6.samples('topolab_unanswered')).toEqual([]);
    const tags = { team: 'a', window: 'only' };
    expect(k6.samples('topolab_requests_left_open')).toEqual([
      { value: 1, tags: expect.objectContaining(tags) },
    ]);
  });

  it.each([
    ['are not answered where nobody is there', 14, 'disconnected', 1],
    ['fail where they are refused', 7, 'disconnected', 0],
  ])('%s', async (_, code, outcome, unanswered) => {
    const { script, k6 } = await load(watches);
    script.default();
    k6.streams[0]?.happen('error', { code });
    k6.streams[0]?.happen('end');
    expect(k6.counts(ENDED)).toEqual({ [`outcome=${outcome},window=only`]: 1 });
    expect(k6.samples('topolab_unanswered')).toHaveLength(unanswered);
    expect(k6.total('topolab_requests_ended')).toBe(1);
  });

  it.each([{ code: 1 }, { code: 2, message: 'canceled by client (k6)' }])(
    'may be closed by their script once they are answered: %o',
    async (told) => {
      const { script, k6 } = await load(watches);
      script.default();
      k6.streams[0]?.happen('data');
      k6.streams[0]?.happen('error', told);
      k6.streams[0]?.happen('end');
      expect(k6.counts(ENDED)).toEqual({ 'outcome=done,window=only': 1 });
      expect(k6.samples('topolab_requests_closed')).toEqual([
        { value: 1, tags: expect.objectContaining({ team: 'a', window: 'only' }) },
      ]);
    },
  );

  it('that break after their first message are connections that broke', async () => {
    const { script, k6 } = await load(watches);
    script.default();
    k6.streams[0]?.happen('data');
    k6.streams[0]?.happen('error', { code: 14 });
    k6.streams[0]?.happen('end');
    expect(k6.counts(ENDED)).toEqual({ 'outcome=disconnected,window=only': 1 });
    expect(k6.total('topolab_requests_closed')).toBe(0);
  });
});

describe('WebSockets that last as long as their iteration', () => {
  const connects = `
    import ws from 'k6/ws';
    export default function user(status: number): void {
      ws.connect('ws://web/' + status, { tags: { run: 'mine' } }, (socket) => {
        if (status === 101) socket.setTimeout(() => socket.close(), 10_000);
      });
    }`;

  it('are closed when the load is over, which is no failure', async () => {
    const { script, k6 } = await load(connects);
    script.default(101);
    expect(k6.nowMs).toBe(3000);
    expect(k6.counts(ENDED)).toEqual({ 'outcome=unfinished,window=only': 1 });
    expect(k6.requests[0]?.params?.tags).toEqual({ exported_run: 'mine' });
  });

  it('fail where they are not made', async () => {
    const { script, k6 } = await load(connects);
    script.default(503);
    expect(k6.counts(ENDED)).toEqual({ 'outcome=disconnected,window=only': 1 });
  });

  const hung = (k6: StandInK6) => k6.total(HUNG) + k6.total(BOOKED) - k6.total(OVER);

  it.each([
    ['do not hang once they are made', '101', 'unfinished', 0],
    ['do not hang where they are made late, and end with the load as well', 'late', 'unfinished', 0],
    ['do not hang where they are refused', '503', 'disconnected', 0],
    ['have hung to the end of the load where the handshake is given up', 'hang', 'disconnected', 1.5],
  ])('%s', async (_, path, outcome, seconds) => {
    const { script, k6 } = await load(`
      import ws from 'k6/ws';
      export default function user(path: string): void { ws.connect('ws://web/' + path, () => {}); }`);
    k6.nowMs = 500;
    script.default(path);
    expect(k6.counts(BOOKED)).toEqual({ 'window=only': 1.5 });
    expect(hung(k6)).toBe(seconds);
    if (outcome === 'unfinished') expect(k6.nowMs).toBe(3000);
    expect(k6.counts(ENDED)).toEqual({ [`outcome=${outcome},window=only`]: 1 });
  });

  it.each([
    ['in each window', 3000, { 'window=first': 0.4, 'window=second': 1 }],
    ['and no longer, where the run goes on after it', 1500, { 'window=first': 0.4, 'window=second': 0.5 }],
  ])('have hung to the end of the load where k6 ends them by force, %s', async (_, deadlineMs, seconds) => {
    const windows = [
      { name: 'first', untilMs: 1000 },
      { name: 'second', untilMs: 2000 },
    ];
    const source = `
      import ws from 'k6/ws';
      export default function user(): void { ws.connect('ws://web/force', () => {}); }`;
    const { script, k6 } = await load(source, { windows, deadlineMs });
    k6.nowMs = 600;
    expect(() => script.default()).toThrow('ended by force');
    expect(k6.counts(BOOKED)).toEqual(seconds);
    expect(k6.total(OVER)).toBe(0);
  });

  it.each([
    ['fail where they break', 'websocket: close 1006 (abnormal closure): unexpected EOF', 'disconnected'],
    ['fail where nothing can be sent any more', 'write tcp: broken pipe', 'disconnected'],
    ['are done where the server closes them without a reason', 'websocket: close 1005 (no status)', 'done'],
    ['are done where they are written to after they were closed', 'websocket: close sent', 'done'],
  ])('%s', async (_, error, outcome) => {
    const { script, k6 } = await load(`
      import ws from 'k6/ws';
      export default function user(error: string): void { ws.connect('ws://web/101!' + error, () => {}); }`);
    script.default(error);
    expect(k6.counts(ENDED)).toEqual({ [`outcome=${outcome},window=only`]: 1 });
  });
});

describe.each(['k6/websockets', 'k6/experimental/websockets'])('WebSockets of %s', (module) => {
  const opens = `
    import { WebSocket } from '${module}';
    export default function user(): void { new WebSocket('ws://web/'); }`;

  it('keep their iteration going until they are closed', async () => {
    const { script, k6 } = await load(opens);
    script.default();
    expect(k6.samples(ENDED)).toEqual([]);
    k6.sockets[0]?.happen('close');
    expect(k6.counts(ENDED)).toEqual({ 'outcome=done,window=only': 1 });
  });

  it('fail where they break', async () => {
    const { script, k6 } = await load(opens);
    script.default();
    k6.sockets[0]?.happen('error');
    k6.sockets[0]?.happen('close');
    expect(k6.counts(ENDED)).toEqual({ 'outcome=disconnected,window=only': 1 });
  });

  it.each([
    ['websocket: bad handshake', 0],
    ['dial: i/o timeout', 0.7],
  ])('fail where they are not made: %s', async (error, seconds) => {
    const { script, k6 } = await load(opens);
    script.default();
    k6.nowMs = 700;
    k6.sockets[0]?.happen('error', { error });
    k6.sockets[0]?.happen('close');
    expect(k6.counts(ENDED)).toEqual({ 'outcome=disconnected,window=only': 1 });
    expect(k6.total(HUNG)).toBe(seconds);
  });

  describe('when the load is over', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    });

    afterEach(() => vi.useRealTimers());

    const over = (k6: StandInK6) => {
      k6.nowMs = 3000;
      vi.advanceTimersByTime(3000);
    };

    it('are closed where they are open, which is no failure', async () => {
      const { script, k6 } = await load(opens);
      script.default();
      k6.sockets[0]?.happen('open');
      over(k6);
      expect(k6.sockets[0]?.closed).toBe(1);
      expect(k6.counts(ENDED)).toEqual({ 'outcome=done,window=only': 1 });
      expect(k6.samples(HUNG)).toEqual([]);
    });

    it('have hung where no handshake has come, and are not closed before they are open', async () => {
      const { script, k6 } = await load(opens);
      script.default();
      over(k6);
      expect(k6.sockets[0]?.closed).toBe(0);
      expect(k6.counts(ENDED)).toEqual({ 'outcome=disconnected,window=only': 1 });
      expect(k6.counts(HUNG)).toEqual({ 'window=only': 2 });
      k6.sockets[0]?.happen('open');
      expect(k6.sockets[0]?.closed).toBe(1);
      expect(k6.samples(HUNG)).toHaveLength(1);
    });
  });

  it('are done where the server closes them without a reason, which k6 tells as an error', async () => {
    const { script, k6 } = await load(opens);
    script.default();
    k6.sockets[0]?.happen('error', { error: 'websocket: close 1005 (no status)' });
    k6.sockets[0]?.happen('close');
    expect(k6.counts(ENDED)).toEqual({ 'outcome=done,window=only': 1 });
  });
});
