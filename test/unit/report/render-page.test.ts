import { expect, test } from 'vitest';
import { html } from '../../../orchestrator/report/page/html.ts';
import { renderPage } from '../../../orchestrator/report/page/render-page.ts';

test('no line of a page ends between a number and its unit, and what is to be copied stays as it is', () => {
  const page = renderPage(
    'x',
    html`<p title="for 10 s">for 10 s, ${'99 %'} of 3 servers</p><pre>size: 5 MiB</pre>`,
  );
  expect(page).toContain(
    '<p title="for 10 s">for 10\u00a0s, 99\u00a0% of 3 servers</p><pre>size: 5 MiB</pre>',
  );
});
