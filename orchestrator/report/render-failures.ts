// The report of a failure study: what each topology comes to, side by side, and every loss with its cost and its runs.
import type { Loss } from '../failures/conclude.ts';
import type { FailureStudy } from '../failures/failures-folder.ts';
import type { SavedFailures, VariantResult } from '../failures/read-failures.ts';
import type { RoleRow } from '../failures/side-by-side.ts';
import { counted, formatInstant } from '../format/format-value.ts';
import { type Html, html } from './page/html.ts';
import { renderPage } from './page/render-page.ts';
import {
  columnNames,
  COST_HEAD,
  COST_NUMERIC,
  costCells,
  findings,
  HOW_TO_READ,
  HOW_TO_READ_HOSTS,
  lossRowName,
  outcomeWords,
  roleLossWords,
  roleName,
  SIDE_BY_SIDE_HINT,
  variantName,
} from './failures/failure-words.ts';

/** The same study gives the same text. */
export function renderFailures({ study, variants, sideBySide }: SavedFailures): string {
  const [first] = study.variants;
  const name = first?.scenario.name ?? study.study;
  const runs = variants.reduce((sum, { losses }) => sum + losses.flatMap((loss) => loss.runs).length, 0);
  // Only where there are several do the values tell them apart.
  const set = first !== undefined && variants.length === 1 ? variantName(first) : undefined;
  const content = html`<header><p class="eyebrow">Topolab failure study</p><h1>${name}</h1>
${first === undefined || first.scenario.description === '' ? null : html`<p class="lead">${first.scenario.description}</p>`}
<ul class="meta"><li><code>${study.study}</code></li><li>${formatInstant(study.startedAtMs)}</li><li>${counted(runs, 'kill')}</li>${set ? html`<li>${set}</li>` : null}</ul></header>
${sideBySideSection(study, sideBySide)}
${variants.map((each, nth) => variantSection(each, nth, set === undefined ? variantName(each.variant) : 'What the loss of each node does'))}
<p class="hint">${HOW_TO_READ}${variants.some(({ losses }) => losses.some(({ host }) => host !== undefined)) ? ` ${HOW_TO_READ_HOSTS}` : null}</p>
<footer>Made by Topolab from the folder of the study and its runs alone.</footer>`;
  return renderPage(`Failures: ${name} · Topolab ${study.study}`, content);
}

function sideBySideSection({ variants }: FailureStudy, rows: readonly RoleRow[]): Html | null {
  if (rows.length === 0) return null;
  const head = columnNames(variants).map((name) => html`<th scope="col">${name}</th>`);
  return html`<section aria-labelledby="side-by-side"><h2 id="side-by-side">Side by side</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Side by side"><table><thead><tr><th scope="col">Killed</th>${head}</tr></thead>
<tbody>${rows.map(roleRow)}</tbody></table></div>
<p class="hint">${SIDE_BY_SIDE_HINT}</p></section>`;
}

function roleRow(row: RoleRow): Html {
  const cells = row.losses.map((loss) =>
    loss.worst === null
      ? html`<td>${roleLossWords(loss)}</td>`
      : html`<td class="${BADGES[loss.worst.outcome]}"><span class="badge">${roleLossWords(loss)}</span></td>`,
  );
  return html`<tr><th scope="row">${roleName(row)}</th>${cells}</tr>`;
}

function variantSection(result: VariantResult, nth: number, title: string): Html {
  const id = `variant-${nth + 1}`;
  const { control } = result;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<ul class="reasons">${findings(result).map((text) => html`<li>${text}</li>`)}</ul>
${result.losses.length === 0 ? null : lossTable(result.losses)}
${control === undefined ? null : html`<p class="hint">Compared with the ${runLink(control.folder, 'control run')}, in which no node was killed.</p>`}</section>`;
}

function lossTable(losses: readonly Loss[]): Html {
  const head = COST_HEAD.map((name, nth) => html`<th scope="col" class="${widthOf(nth)}">${name}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Losses"><table><thead><tr><th scope="col">Killed</th><th scope="col">Outcome</th>${head}<th scope="col">Runs</th></tr></thead>
<tbody>${losses.map(lossRow)}</tbody></table></div>`;
}

function lossRow(loss: Loss): Html {
  const cells = costCells(loss).map((cell, nth) => html`<td class="${widthOf(nth)}">${cell}</td>`);
  const badge = BADGES[loss.outcome];
  const why = loss.invalid.length === 0 ? null : html`<br><small>${loss.invalid[0]}</small>`;
  return html`<tr class="${badge}"><th scope="row">${lossRowName(loss)}</th><td><span class="badge">${outcomeWords(loss)}</span>${why}</td>${cells}<td class="nowrap">${loss.runs.map((folder, nth) => html`${nth > 0 ? ', ' : null}${runLink(folder, `run${loss.runs.length > 1 ? ` ${nth + 1}` : ''}`)}`)}</td></tr>`;
}

const BADGES: Readonly<Record<Loss['outcome'], string>> = {
  'not-recovered': 'missed',
  doubtful: 'no-samples',
  'own-users': 'no-samples',
  recovered: 'held',
  unharmed: 'held',
  invalid: 'no-samples',
};

function widthOf(column: number): string {
  return COST_NUMERIC.includes(column) ? 'num' : 'mid';
}

function runLink(folder: string, text: string): Html {
  return html`<a href="${encodeURIComponent(folder)}/report.html" aria-label="${text}: ${folder}">${text}</a>`;
}
