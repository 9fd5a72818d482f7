// What people read holds nothing that steers a terminal, a Markdown page or a browser, whatever a node, a file or a name says.
import { expect, test } from 'vitest';
import { printable, printableInColour } from '../../../orchestrator/printable.ts';
import { html } from '../../../orchestrator/report/page/html.ts';
import { markdownBullets } from '../../../orchestrator/report/text/markdown.ts';
import { renderMarkdownSummary } from '../../../orchestrator/report/markdown-summary.ts';
import { renderPage } from '../../../orchestrator/report/page/render-page.ts';
import { renderReport } from '../../../orchestrator/report/render-report.ts';
import { renderSummary } from '../../../orchestrator/report/render-summary.ts';
import { makeSavedRun, makeVerdict } from '../../fixtures/make-saved-run.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';

/** A window title, a moved cursor, an 8-bit control, a turned reading direction, a null, HTML, and a link. */
const hostile =
  'x\u001B]0;owned\u0007\u001B[2J\u009B31m\u202Eevil\u0000<img src=x onerror=alert(1)>[click](javascript:alert(1))';
// oxlint-disable-next-line no-control-regex -- these are what must not be there
const steering = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

const run = makeSavedRun({
  verdict: { ...makeVerdict(), reasons: [`servers-1 said: ${hostile}`] },
  events: [
    ...makeSavedRun().events,
    { type: 'warning', message: `a log said ${hostile}`, atMs: 1, offsetMs: null },
  ],
});

test('neither does the page of a run', () => {
  const page = renderReport(makeRunReport(run));
  expect(page).not.toMatch(steering);
  expect(page).not.toContain('<img src=x');
});

test('nor the summary in the terminal', () => {
  expect(printableInColour(renderSummary(makeRunReport(run), { colour: false, width: 100 }))).not.toMatch(
    steering,
  );
});

test('nor Markdown', () => {
  const text = `${renderMarkdownSummary([run].map((each) => makeRunReport(each)))}\n${markdownBullets([hostile])}`;
  expect(text).not.toMatch(steering);
  expect(text).not.toContain('<img');
  expect(text).not.toContain('[click](');
});

test('colours of our own stay, and only colours', () => {
  expect(printableInColour('\u001B[31mred\u001B[39m\u001B[2J')).toBe('\u001B[31mred\u001B[39m\\u001b[2J');
  expect(printable('\u001B[31mred')).toBe('\\u001b[31mred');
});

test('HTML shows a control character in words', () => {
  expect(html`<p>${'a\u001Bb'}</p>`.text).toBe('<p>a\\u001bb</p>');
});

test('a page runs nothing, loads nothing, and sends nothing anywhere', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(renderPage('t', html``))?.[1];
  expect(policy?.split('; ').toSorted()).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'none'",
    "style-src 'unsafe-inline'",
  ]);
});
