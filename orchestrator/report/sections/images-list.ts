// Which images ran, by digest: a tag may name another image tomorrow.
import { type Html, html } from '../page/html.ts';
import type { RunFacts } from '../facts/run-facts.ts';

type Images = NonNullable<RunFacts['started']>['images'];

/** The digest under which a registry knows it, and its own id where none does. Null where nothing was recorded. */
export function imagesList(images: Images = {}): Html | null {
  const rows = Object.entries(images).map(([ref, { id, repoDigests, platform }]) => {
    const where = repoDigests.length === 0 ? ', in no registry' : '';
    return html`<div><dt>${ref}</dt><dd><code>${repoDigests[0] ?? id}</code>${platform === undefined ? null : `, ${platform}`}${where}</dd></div>`;
  });
  return rows.length === 0 ? null : html`<h3>Images</h3><dl>${rows}</dl>`;
}
