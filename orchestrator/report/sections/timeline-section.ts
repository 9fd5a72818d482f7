// What was done to the system and what happened to its nodes, in order of time.
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { counted, formatDuration, formatOffset, NO_VALUE } from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import type { Incident } from '../../record/incidents.ts';
import type { ActionRow, NodeRow, RunFacts } from '../facts/run-facts.ts';

/** Up to this many nodes the table of nodes stands open. */
const MOST_OPEN_NODES = 12;

const ACTION_STATUS: Readonly<Record<ActionRow['status'], string>> = {
  done: 'done',
  failed: 'failed',
  unfinished: 'not finished',
  'not-reached': 'not reached',
};

export function timelineSection(run: SavedRun, facts: RunFacts): Html {
  return html`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
${facts.actions.length === 0 ? html`<p>The scenario changes nothing while the load runs.</p>` : actionsTable(facts.actions)}
${facts.incidents.length === 0 ? null : incidentsTable(facts.incidents)}
${nodesTable(run, facts)}</section>`;
}

function actionsTable(actions: readonly ActionRow[]): Html {
  const rows = actions.map(
    (
      action,
    ) => html`<tr class="${action.status}"><td><span class="mark">${action.id}</span></td><th scope="row">${action.summary}</th>
<td class="num">${formatOffset(action.plannedMs)}</td><td class="num">${action.startedMs === null ? NO_VALUE : formatOffset(action.startedMs)}</td>
<td class="num">${action.startedMs === null ? NO_VALUE : formatDuration(Math.max(0, action.startedMs - action.plannedMs))}</td>
<td class="num">${action.startedMs === null || action.finishedMs === null ? NO_VALUE : formatDuration(action.finishedMs - action.startedMs)}</td>
<td class="wide"><span class="badge">${ACTION_STATUS[action.status]}</span>${action.error === null ? null : html` ${action.error}`}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Actions"><table><thead><tr><th scope="col">Id</th><th scope="col">Action</th><th scope="col" class="num">Planned</th><th scope="col" class="num">Started</th><th scope="col" class="num">Late by</th><th scope="col" class="num">Took</th><th scope="col">Result</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function incidentsTable(found: readonly Incident[]): Html {
  const rows = found.map(
    ({ id, offsetMs, node, what }) =>
      html`<tr class="failed"><td><span class="mark">${id}</span></td><td class="num">${moment(offsetMs)}</td><th scope="row">${node}</th><td class="wide">${what}</td></tr>`,
  );
  return html`<h3>Nodes that failed by themselves</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Incidents"><table><thead><tr><th scope="col">Id</th><th scope="col" class="num">When</th><th scope="col">Node</th><th scope="col">What</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function nodesTable(run: SavedRun, { nodes }: RunFacts): Html {
  if (nodes.length === 0) return html`<h3>Nodes</h3><p class="missing">No node was launched.</p>`;
  const rows = nodes.map(
    (
      node,
    ) => html`<tr><th scope="row">${node.node}</th><td>${node.group}</td><td class="num">${moment(node.launchedMs)}</td>
<td class="num">${node.readyAfterMs === null ? 'never' : formatDuration(node.readyAfterMs)}</td><td>${endWords(node, run.plan.durationMs)}</td><td><code>${node.image ?? NO_VALUE}</code></td></tr>`,
  );
  return html`<details class="nodes"${nodes.length <= MOST_OPEN_NODES ? html` open` : null}><summary><h3>${counted(nodes.length, 'node')}</h3></summary>
<div class="scroll" tabindex="0" role="region" aria-label="Nodes"><table><thead><tr><th scope="col">Node</th><th scope="col">Group</th><th scope="col" class="num">Launched</th><th scope="col" class="num">Ready after</th><th scope="col">End</th><th scope="col">Image</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

function moment(offsetMs: number | null): string {
  return offsetMs === null ? 'before the load' : formatOffset(offsetMs);
}

function endWords({ ended, endedMs, exitCode }: NodeRow, durationMs: number): string {
  const at =
    endedMs === null ? '' : endedMs >= durationMs ? ' after the load' : ` at ${formatOffset(endedMs)}`;
  const code = exitCode === null ? '' : `, exit code ${exitCode}`;
  switch (ended) {
    case null:
      return 'ran to the end';
    case 'left':
      return `left${at}`;
    case 'down':
      return `stopped by a fault${at}${code}`;
    case 'exited':
      return `exited${at}${code}`;
    case 'exited-unexpectedly':
      return `exited unexpectedly${at}${code}`;
    case 'out-of-memory':
      return `out of memory${at}${code}`;
  }
}
