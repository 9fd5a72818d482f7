import { expect, test } from 'vitest';
import type { PrometheusClient } from '../../../../orchestrator/metrics/prometheus-client.ts';
import { measureWhole } from '../../../../orchestrator/measure/saturation/whole-load.ts';

interface Asked {
  readonly expr: string;
  readonly start: number;
  readonly end: number;
}

/** Answers every range query with one value of one node, and keeps what it was asked. */
function recording(): { readonly client: PrometheusClient; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const client = {
    queryRange: async (expr: string, start: number, end: number) => {
      asked.push({ expr, start, end });
      const labels = { node: 'seeder-1', group: 'seeder', role: 'peer' };
      return [{ labels, points: [[end, 0.98]], histograms: [] }];
    },
  } as unknown as PrometheusClient;
  return { client, asked };
}

test('a load is summed up at its end, from its second second on', async () => {
  const { client, asked } = recording();
  const whole = await measureWhole(client, { run: 'r1', startMs: 100_000, lastedMs: 5500 });
  expect(whole).toMatchObject({ fromMs: 1000, forMs: 4500 });
  expect(whole?.series.uplink).toEqual([
    { node: 'seeder-1', group: 'seeder', role: 'peer', points: [[0, 0.98]] },
  ]);
  expect(asked.every(({ start, end }) => start === 105.5 && end === 105.5)).toBe(true);
  expect(asked.find(({ expr }) => expr.includes('transmit_bytes'))?.expr).toContain('[4500ms]');
});

test('a load of less than three seconds tells nothing: there may be a single scrape of it', async () => {
  const { client, asked } = recording();
  expect(await measureWhole(client, { run: 'r1', startMs: 0, lastedMs: 2999 })).toBeUndefined();
  expect(asked).toEqual([]);
  expect(await measureWhole(client, { run: 'r1', startMs: 0, lastedMs: 3000 })).toBeDefined();
});
