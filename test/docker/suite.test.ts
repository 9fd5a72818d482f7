// A suite of two columns that is interrupted after its first trial and continued: nothing is run twice, and the chart tells the columns apart.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, leftOf, onlyRun, startTopolab, temporaryFolder, topolab } from './topolab.ts';

interface Cell {
  readonly column: string;
  readonly kind: string;
  readonly median?: number;
}

it('fills its chart from where it was interrupted, measures what differs, and leaves nothing', async ({
  skip,
}) => {
  const charts = temporaryFolder();
  const first = startTopolab(['suite', fixture('costs-suite.yaml'), '--charts', charts, '--setup']);
  await first.prints(/work: \d+ms, trial 1[^…]*\(/);
  first.process.kill('SIGINT');
  const interrupted = await first.ended;
  const folder = onlyRun(charts);
  expect(interrupted.stderr).toContain(`topolab suite --resume ${folder}`);
  expect(interrupted.exitCode).toBe(130);
  const lines = () => readFileSync(join(folder, 'trials.ndjson'), 'utf8').trim().split('\n');
  const [kept] = lines();
  const resumed = await topolab(['suite', '--resume', folder]);
  expect(await leftOf('costs')).toEqual([]);
  expect(lines()[0]).toBe(kept);
  // What others do on the host makes runs that can't be believed, and the chart says so.
  const full = /The host was full[^.]*\./.exec(lines().join(''))?.[0];
  skip(resumed.exitCode === 4 && full !== undefined, full);
  expect(resumed.exitCode).toBe(0);
  expect(lines()).toHaveLength(2);
  const chart = JSON.parse(readFileSync(join(folder, 'chart.json'), 'utf8')) as {
    readonly rows: readonly { readonly figures: readonly { readonly cells: readonly Cell[] }[] }[];
  };
  const [cpu, each, hung] = chart.rows[0]?.figures ?? [];
  expect(cpu?.cells.map(({ column, kind }) => [column, kind])).toEqual([
    ['20ms', 'measured'],
    ['1ms', 'measured'],
  ]);
  expect(hung?.cells.map(({ kind }) => kind)).toEqual(['missing', 'missing']);
  const [dear = 0, cheap = 0] = each?.cells.map(({ median }) => median) ?? [];
  // 20 ms of work and what a request takes by itself, against 1 ms and the same.
  expect(dear - cheap).toBeGreaterThan(0.012);
  expect(dear - cheap).toBeLessThan(0.04);
  expect(resumed.stdout).toContain('what it takes: 1ms has the best CPU');
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  const links = [...page.matchAll(/href="([^"#]+)"/g)].map(([, href = '']) => decodeURIComponent(href));
  expect(links.length).toBeGreaterThan(2);
  expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  const again = await topolab(['report', folder]);
  expect([again.exitCode, again.stdout.includes('1ms has the best CPU')]).toEqual([0, true]);
});
