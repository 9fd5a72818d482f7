import { beforeEach, describe, expect, it } from 'vitest';
import { scrapeFault, ScrapeWatch } from '../../../orchestrator/metrics/scrape-watch.ts';

const url = 'Get "http://172.20.0.5:8080/metrics": ';

describe('why a node’s metrics are not taken, from Prometheus’ own word', () => {
  it.each([
    ['sample limit exceeded', 'have more than 5000 samples, so none of them is used', true],
    ['body size limit exceeded', 'are longer than 4MB, so none of them is used', true],
    [
      'label_value_length_limit exceeded (metric: "x", limit: 4096)',
      'are rejected: label_value_length_limit exceeded (metric: "x", limit: 4096)',
      true,
    ],
    [`${url}context deadline exceeded`, 'have taken longer than a second for some time', false],
    [
      'server returned HTTP status 500 Internal Server Error',
      "can't be scraped: the server returned HTTP status 500 Internal Server Error",
      true,
    ],
    [
      `${url}dial tcp 172.20.0.5:8080: connect: connection refused`,
      "can't be scraped: dial tcp 172.20.0.5:8080: connect: connection refused",
      false,
    ],
    [
      'expected value after metric, got "\x1b[31m"',
      'can\'t be read: expected value after metric, got "?[31m"',
      true,
    ],
  ])('%s', (lastError, words, stays) => {
    expect(scrapeFault(lastError)).toEqual({ words, stays });
  });

  it('quotes no more than a line of it', () => {
    expect(scrapeFault(`expected ${'x'.repeat(10_000)}`).words.length).toBeLessThan(200);
  });
});

describe('a watch on scrapes', () => {
  let told: string[];
  let watch: ScrapeWatch;

  beforeEach(() => {
    told = [];
    watch = new ScrapeWatch({
      run: 'r1',
      isScraped: (node) => node !== 'gone-1',
      warn: (message) => told.push(message),
    });
  });

  const targets = (lastError: string, labels: Record<string, string> = {}) => ({
    status: 'success',
    data: {
      activeTargets: [
        {
          labels: { run: 'r1', job: 'nodes', node: 'servers-1', ...labels },
          health: lastError === '' ? 'up' : 'down',
          lastError,
        },
      ],
    },
  });

  it('tells a refusal at once, and once', () => {
    for (let look = 0; look < 10; look++) watch.take(targets('sample limit exceeded'));
    expect(told).toEqual(['The metrics of servers-1 have more than 5000 samples, so none of them is used.']);
  });

  it('tells a node that does not answer when that lasts, and nothing of one late scrape', () => {
    const late = targets(`${url}context deadline exceeded`);
    for (let look = 0; look < 4; look++) watch.take(late);
    watch.take(targets(''));
    for (let look = 0; look < 4; look++) watch.take(late);
    expect(told).toEqual([]);
    watch.take(late);
    expect(told).toHaveLength(1);
  });

  it('tells nothing of nodes that have gone, of other runs, and of what is not Prometheus’ answer', () => {
    watch.take(targets('sample limit exceeded', { node: 'gone-1' }));
    watch.take(targets('sample limit exceeded', { run: 'r2' }));
    watch.take(targets('sample limit exceeded', { job: 'containers' }));
    watch.take({ error: 'x' });
    watch.take(null);
    expect(told).toEqual([]);
  });
});
