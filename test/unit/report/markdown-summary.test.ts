import { expect, test } from 'vitest';
import { markdownTable, markdownText } from '../../../orchestrator/report/text/markdown.ts';
import { renderMarkdownSummary } from '../../../orchestrator/report/markdown-summary.ts';
import { makeInterruptedRun, makeSavedRun, makeVerdict } from '../../fixtures/make-saved-run.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';

test('the summary has the verdict, its reasons, the objectives and the phases', () => {
  const text = renderMarkdownSummary([makeSavedRun()].map((each) => makeRunReport(each)));
  expect(text).toContain('## ✗ Failed: server-scaling');
  expect(text).toContain('| ❌ missed | p95 latency of users in one-server | 1.31 s | ≤ 250 ms |');
  expect(text).toContain('| four-servers | 270/s | 269/s | 0.04 % | 21.3 ms | 83.4 ms | 142 ms | nothing |');
  expect(text).toContain('**Warnings**');
});

test('the summary says what ran out first, or what was watched', () => {
  expect(renderMarkdownSummary([makeSavedRun()].map((each) => makeRunReport(each)))).toContain(
    "First to run out: servers-1's CPU at 12.3 s",
  );
  const verdict = makeVerdict({ firstSaturated: null });
  expect(renderMarkdownSummary([makeSavedRun({ verdict })].map((each) => makeRunReport(each)))).toContain(
    'First to run out: nothing of what is monitored and has a limit: CPU of servers;',
  );
  expect(
    renderMarkdownSummary([makeSavedRun({ verdict, samples: undefined })].map((each) => makeRunReport(each))),
  ).not.toContain('run out');
});

test('an interrupted run says what is missing', () => {
  expect(renderMarkdownSummary([makeInterruptedRun()].map((each) => makeRunReport(each)))).toContain(
    'No verdict was recorded',
  );
});

test.each([
  ['a | b', 'a \\| b'],
  ['<b>bold</b>', '&lt;b>bold&lt;/b>'],
  ['`code` *x* _y_ [z](u)', '\\`code\\` \\*x\\* \\_y\\_ \\[z\\](u)'],
  ['two\nlines', 'two lines'],
  ['@team #12', '\\@team \\#12'],
])('%j stays text: %j', (text, escaped) => {
  expect(markdownText(text)).toBe(escaped);
});

test('numbers stand to the right in a table', () => {
  expect(markdownTable(['a', 'n'], [['x', '1']], [1])).toBe('| a | n |\n| --- | ---: |\n| x | 1 |');
});
