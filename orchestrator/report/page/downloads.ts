// Raw numbers inside a report, so that who was sent the one file can save them: links that hold what they give.
import { formatBytes } from '../../format/format-value.ts';
import { type Html, html } from './html.ts';

export interface Download {
  readonly name: string;
  readonly type: 'text/csv' | 'application/json';
  readonly text: string;
  /** What is in it, for people. */
  readonly what: string;
  /** Where else to find it: `in the study's folder`. */
  readonly elsewhere: string;
}

/** A report stays small enough for a mail: what is larger than this is only told of. */
export const LARGEST_DOWNLOAD_BYTES = 1024 ** 2;

/** On the first screen, among what identifies the report. */
export const rawNumbersLink: Html = html`<li class="to-raw"><a href="#raw">raw numbers</a></li>`;

export function downloadsSection(files: readonly Download[], hint: Html): Html {
  return html`<section class="raw" aria-labelledby="raw"><h2 id="raw">Raw numbers</h2>
<p class="hint under">They are contained in this page: each link saves a file, without a network or the run's folder.</p>
<ul class="warnings">${files.map((file) => html`<li>${linkOf(file)}</li>`)}</ul>
<p class="hint">${hint}</p></section>`;
}

function linkOf({ name, type, text, what, elsewhere }: Download): Html {
  const bytes = Buffer.from(text);
  const size = formatBytes(bytes.length);
  if (bytes.length > LARGEST_DOWNLOAD_BYTES)
    return html`<code>${name}</code>: ${what} (${size}, too large for this page; it is ${elsewhere})`;
  return html`<a download="${name}" href="data:${type};charset=utf-8;base64,${bytes.toString('base64')}">${name}</a>: ${what} (${size})`;
}
