import { describe, expect, test } from 'vitest';
import { createPrometheusClient } from '../../../orchestrator/metrics/prometheus-client.ts';

/** A client whose every request gets this answer, and the paths it asked for. */
function answering(body: unknown) {
  const paths: string[] = [];
  const client = createPrometheusClient(async (path) => {
    paths.push(path);
    return body;
  });
  return { client, paths };
}

function success(resultType: string, result: unknown) {
  return { status: 'success', data: { resultType, result } };
}

describe('queryInstant', () => {
  test.each([
    ['12.5', 12.5],
    ['NaN', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['1e-9', 1e-9],
  ])('the text %s becomes the number %d', async (text, value) => {
    const { client } = answering(success('vector', [{ metric: { node: 'a' }, value: [100.5, text] }]));
    expect(await client.queryInstant('up', 100.5)).toEqual([
      { labels: { node: 'a' }, atSeconds: 100.5, value },
    ]);
  });

  test('a scalar is one sample without labels', async () => {
    const { client } = answering(success('scalar', [7, '3']));
    expect(await client.queryInstant('3', 7)).toEqual([{ labels: {}, atSeconds: 7, value: 3 }]);
  });

  test('nothing found is an empty list', async () => {
    expect(await answering(success('vector', [])).client.queryInstant('up', 1)).toEqual([]);
  });

  test('the expression and the time are in the path, escaped', async () => {
    const { client, paths } = answering(success('vector', []));
    await client.queryInstant('sum(rate(a{b="c&d"}[5s]))', 12.25);
    const url = new URL(paths[0] ?? '', 'http://prometheus');
    expect(url.pathname).toBe('/api/v1/query');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      query: 'sum(rate(a{b="c&d"}[5s]))',
      time: '12.25',
    });
  });
});

test('a range query brings floats and native histograms', async () => {
  const { client, paths } = answering(
    success('matrix', [
      { metric: { node: 'a' }, values: [[1, '2']] },
      {
        metric: { node: 'b' },
        histograms: [
          [
            1,
            {
              count: '3',
              sum: '0.6',
              buckets: [
                [0, '0.1', '0.2', '1'],
                [0, '0.2', '0.4', '2'],
              ],
            },
          ],
        ],
      },
    ]),
  );
  expect(await client.queryRange('x', 1, 9, 2)).toEqual([
    { labels: { node: 'a' }, points: [[1, 2]], histograms: [] },
    {
      labels: { node: 'b' },
      points: [],
      histograms: [
        [
          1,
          {
            count: 3,
            sum: 0.6,
            buckets: [
              { lower: 0.1, upper: 0.2, count: 1 },
              { lower: 0.2, upper: 0.4, count: 2 },
            ],
          },
        ],
      ],
    },
  ]);
  expect(paths[0]).toBe('/api/v1/query_range?query=x&start=1&end=9&step=2');
});

describe('what goes wrong is promql-failed and names the expression', () => {
  test.each([
    [
      "Prometheus' refusal",
      { status: 'error', errorType: 'bad_data', error: 'parse error: x' },
      /sum\(: bad_data: parse error: x/,
    ],
    [
      'something that is not Prometheus',
      { hello: 1 },
      /^query Prometheus for sum\(: what answered is not Prometheus, or is not whole$/,
    ],
    ['a matrix where one value is due', success('matrix', []), /sum\(: a range of samples/],
  ])('%s', async (_, body, message) => {
    const { client } = answering(body);
    await expect(client.queryInstant('sum(', 1)).rejects.toMatchObject({
      code: 'promql-failed',
      message: expect.stringMatching(message),
    });
  });

  test('a request that fails', async () => {
    const client = createPrometheusClient(() => Promise.reject(new Error('connection refused')));
    await expect(client.queryRange('up', 1, 2, 1)).rejects.toMatchObject({
      code: 'promql-failed',
      message: 'query Prometheus for up: connection refused',
      cause: expect.any(Error),
    });
  });
});
