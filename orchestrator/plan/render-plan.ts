// A plan as text, for `topolab plan`: what would happen, for people, with nothing launched. The JSON form is the plan itself.
import { kindOf } from '../faults/registry.ts';
import { listNodes } from '../faults/targets/list-nodes.ts';
import { writeDuration } from '../scenario/text/units.ts';
import { offeredBetween, peakOf } from './load-curve.ts';
import { type Action, type ActionChange, groupsOf, type LoadCurve, type Plan } from './plan.ts';

const CHART_COLUMNS = 60;
const CHART_ROWS = 4;
/** Eighths of a character's height. */
const BARS = ' ▁▂▃▄▅▆▇█';
/** More joins and leaves by churn are shown in sums; the JSON form has them all. */
const MOST_CHURN_SHOWN = 12;

/** Several lines; the last one is not ended. */
export function renderPlan(plan: Plan): string {
  const { durationMs } = plan;
  const sections = [
    [`${plan.scenario} · ${time(durationMs)} · seed ${plan.seed}`],
    ['Nodes at the start', ...renderNodes(plan)],
    ['Phases', ...plan.phases.map((each) => `  ${span(each.startMs, each.endMs)}  ${each.name}`)],
    ...plan.loads.map((curve) => renderCurve(curve, durationMs)),
    ['Actions', ...renderActions(plan.actions)],
    ...renderNeeds(plan),
    ...renderHosts(plan),
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function renderNodes(plan: Plan): string[] {
  const width = Math.max(...plan.initialNodes.map(({ group }) => group.length));
  return plan.initialNodes.map(({ group, nodes }) => {
    const count = String(nodes.length).padStart(4);
    return `  ${group.padEnd(width)}  ${count}  ${nodes.length === 0 ? '' : listNodes(nodes)}`.trimEnd();
  });
}

/** The chart of a load: each column shows the mean over its share of the run. */
function renderCurve(curve: LoadCurve, durationMs: number): string[] {
  if (curve.unit === 'unknown') return [`Load ${curve.load}`, "  as the script's own options say"];
  const peak = peakOf(curve);
  const unit = curve.unit === 'per-second' ? '/s' : '';
  const label = `${round(peak)}${unit}`;
  const margin = ' '.repeat(label.length);
  const rows = chartRows(curve, durationMs, peak).map(
    (row, index) => `  ${index === 0 ? label : margin} │${row}`,
  );
  const end = time(durationMs);
  const axis = `  ${margin} 0s${end.padStart(CHART_COLUMNS - 1)}`;
  return [
    `Load ${curve.load}: ${totalOf(curve, durationMs, peak)}`,
    ...rows.map((row) => row.trimEnd()),
    axis,
  ];
}

function totalOf(curve: LoadCurve, durationMs: number, peak: number): string {
  if (curve.unit === 'virtual-users') return `up to ${round(peak)} virtual users`;
  const total = Math.round(offeredBetween(curve, 0, durationMs));
  return `up to ${round(peak)} iterations per second, ${total.toLocaleString('en-US')} in all`;
}

function chartRows(curve: LoadCurve, durationMs: number, peak: number): string[] {
  const columnMs = durationMs / CHART_COLUMNS;
  const eighths = Array.from({ length: CHART_COLUMNS }, (_, column) => {
    const mean = offeredBetween(curve, column * columnMs, (column + 1) * columnMs) / (columnMs / 1000);
    return peak === 0 ? 0 : Math.round((mean / peak) * CHART_ROWS * 8);
  });
  return Array.from({ length: CHART_ROWS }, (_, row) => {
    const below = (CHART_ROWS - 1 - row) * 8;
    return eighths.map((height) => BARS[Math.min(8, Math.max(0, height - below))]).join('');
  });
}

function renderActions(actions: readonly Action[]): string[] {
  if (actions.length === 0) return ['  none'];
  const rows = inRows(actions).map(renderRow);
  const width = (cell: 'when' | 'what') => Math.max(9, ...rows.map((row) => row[cell].length));
  const [when, what] = [width('when'), width('what')];
  return rows.map((row) => `  ${row.when.padStart(when)}  ${row.what.padEnd(what)}  ${row.rest}`);
}

/** Joins and leaves of one group's churn with nothing else between them go together, unless there are only a few in all. */
function inRows(actions: readonly Action[]): Action[][] {
  const few = actions.filter(isChurn).length <= MOST_CHURN_SHOWN;
  const rows: Action[][] = [];
  for (const action of actions) {
    const last = rows.at(-1);
    const together = !few && isChurn(action) && last?.[0]?.source === action.source;
    if (together) last.push(action);
    else rows.push([action]);
  }
  return rows;
}

function isChurn({ change, source }: Action): boolean {
  return (change.kind === 'join' || change.kind === 'leave') && source.startsWith('groups');
}

/** What is refused before the launch where the host's kernel lacks it. */
function renderNeeds({ needs }: Plan): string[][] {
  if (needs.length === 0) return [];
  const lines = needs.map(({ where, field, ways }) => {
    const words = ways.map((way) => way.map(({ name }) => name).join(', '));
    return `  ${field} of ${where}: ${words.join('; or ')}`;
  });
  return [["Needed of the host's kernel", ...new Set(lines)]];
}

/** Refused as well, where there is one host alone. */
function renderHosts({ actions }: Plan): string[][] {
  const onHosts = actions.flatMap(({ change, source }) =>
    change.kind === 'fault' && change.fault.target.who.kind === 'hosts'
      ? [`${source}.${change.fault.kind}`]
      : [],
  );
  if (onHosts.length === 0) return [];
  const where = [...new Set(onHosts)].join(', ');
  return [['Needed of the engine', `  several hosts, as a Swarm has (--engine swarm): ${where}`]];
}

interface Row {
  readonly when: string;
  readonly what: string;
  readonly rest: string;
}

function renderRow(actions: readonly Action[]): Row {
  const [first, last] = [actions[0], actions.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a row has at least one action');
  if (first === last) {
    const { offsetMs, summary, source } = first;
    return { when: time(offsetMs), what: summary, rest: `${effectOf(first)}  (${source})` };
  }
  const changes = actions.map(({ change }) => change);
  const joins = changes.filter(({ kind }) => kind === 'join').length;
  const breaks = changes.filter((change) => change.kind === 'leave' && change.how === 'kill').length;
  const leaves = `${changes.length - joins} leave${breaks > 0 ? ` (${breaks} break off)` : ''}`;
  const counts = changes.flatMap((change) => ('to' in change ? [change.to] : []));
  const alive = `${Math.min(...counts)} to ${Math.max(...counts)} nodes, in the end ${counts.at(-1)}`;
  return {
    when: `${time(first.offsetMs)} – ${time(last.offsetMs)}`,
    what: `churn of ${groupsOf(first.change).join()}: ${joins} join, ${leaves}`,
    rest: `${alive}  (${first.source})`,
  };
}

function effectOf({ change }: Action): string {
  if (change.kind === 'fault' && change.nodes.length === 0 && !change.newcomers)
    return 'known when it happens';
  if (change.kind === 'fault-end' && change.nodes.length === 0) return 'those that it hit';
  if ((change.kind === 'grant' || change.kind === 'revoke') && change.nodes.length === 0)
    return 'travels with the token';
  if (change.kind === 'join' || change.kind === 'leave')
    return `${change.group} ${change.from} → ${change.to}`;
  if (change.kind === 'update' && change.update.pace.kind === 'own-time') return 'the nodes that are there';
  if (change.kind === 'switch') return describeSwitch(change);
  if (change.nodes.length === 0) return 'no node yet';
  return `${verbOf(change)}: ${listNodes(change.nodes)}`;
}

/** The nodes, and what of it happens in which order. */
function describeSwitch({
  nodes,
  topology,
  holdMs,
  service,
}: Extract<ActionChange, { kind: 'switch' }>): string {
  const servers = service.map((each) => listNodes(each.nodes)).join(', ');
  const held = holdMs > 0 ? `hold ${writeDuration(holdMs)}, ` : '';
  const steps = `write to both, copy, ${held}read from the new, write to it alone`;
  return topology === 'peer-to-peer'
    ? `${listNodes(nodes)}: connect, ${steps}; then ${servers} leave`
    : `${servers} join; then ${listNodes(nodes)}: ${steps}`;
}

function verbOf(change: ActionChange): string {
  switch (change.kind) {
    case 'fault':
      return kindOf(change.fault).done;
    case 'fault-end':
      return 'freed';
    case 'scale-out':
    case 'join':
      return 'joining';
    case 'scale-in':
    case 'leave':
      return 'leaving';
    case 'resize':
      return 'changed';
    case 'backup':
      return 'backed up';
    case 'restore':
      return 'restored as';
    case 'update':
    case 'replace':
      return 'joining';
    case 'switch':
      return 'switching';
    case 'grant':
    case 'revoke':
      return 'told';
  }
}

function span(startMs: number, endMs: number): string {
  return `${time(startMs).padStart(9)} – ${time(endMs).padEnd(9)}`;
}

/** `0s` rather than `0ms` at the start. */
function time(offsetMs: number): string {
  return offsetMs === 0 ? '0s' : writeDuration(offsetMs);
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
