// What every dashboard of ours has in common: whose data, which runs, marks for actions and phases, links to the others. Used by
// generate.ts only: at run time the generated JSON is what counts, so that the Grafana SDK is needed by developers alone.
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Dashboard,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TimePickerBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { grafanaBars } from './grafana-bars.ts';
import { grafanaPanel, PROMETHEUS_SOURCE } from './grafana-panel.ts';
import type { PanelRow } from './panels/panel.ts';

type Choice = 'runs' | 'trials' | 'suites';

const CHOICES: Readonly<Record<Choice, () => QueryVariableBuilder[]>> = {
  runs: () => [runVariable()],
  trials: () => [studyVariable(), trialVariable()],
  suites: () => [suiteVariable(), suiteRunVariable()],
};

export interface DashboardPage {
  readonly uid: string;
  readonly title: string;
  /** What it shows, for the list of dashboards. */
  readonly description: string;
  /** What people choose among: runs (the default), a study and its trials, or a suite and its runs. */
  readonly choice?: Choice;
  /** Rows of bars, one a run, above the others. Default: none. */
  readonly compared?: readonly PanelRow[];
  readonly open: readonly PanelRow[];
  readonly folded: readonly PanelRow[];
}

export function makeDashboard(page: DashboardPage): Dashboard {
  const { uid, title, description, choice = 'runs', compared = [], open, folded } = page;
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['topolab'])
    .timezone('browser')
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .timepicker(new TimePickerBuilder().refreshIntervals(['5s', '10s', '30s', '1m', '5m']))
    .variables([sourceVariable(), scenarioVariable(), ...CHOICES[choice]()])
    .annotations([actionAnnotations(), faultAnnotations(), phaseAnnotations()])
    .links([otherDashboards()]);
  for (const row of compared) addBars(dashboard, row);
  for (const row of open) addOpenRow(dashboard, row);
  for (const row of folded) dashboard.withRow(foldedRow(row));
  return withVisibleControls(numbered(dashboard.build()));
}

/** The SDK puts switches and links into a menu; without a placement they stand above the panels, where people look. */
function withVisibleControls(dashboard: Dashboard): Dashboard {
  for (const control of [...(dashboard.annotations?.list ?? []), ...(dashboard.links ?? [])]) {
    delete control.placement;
  }
  return dashboard;
}

function sourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
}

function scenarioVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('scenario')
    .label('Scenario')
    .description('Narrows the choice of runs.')
    .datasource(PROMETHEUS_SOURCE)
    .query(variableQuery('label_values(topolab_run_started_timestamp_seconds, scenario)', 'scenario'))
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' });
}

/** Runs within the dashboard's time range, the newest first: Grafana then opens on the newest. */
function runVariable(): QueryVariableBuilder {
  return newestFirst('run', '/run="([^"]+)"/')
    .label('Run')
    .description('Runs within the time range above, the newest first. Choose several to compare them.')
    .multi(true);
}

/** A study's name is what its trials' runs begin with. */
function studyVariable(): QueryVariableBuilder {
  return newestFirst('study', '/run="([^"]+)-s[0-9_]+-t[0-9]+"/')
    .label('Study')
    .description('Capacity studies within the time range above, the newest first.');
}

function trialVariable(): QueryVariableBuilder {
  return (
    newestFirst('run', '/run="($study-s[0-9_]+-t[0-9]+)"/')
      .label('Trial')
      .description(
        'Trials of the study, the newest first: size after -s, number after -t. Choose several to compare them.',
      )
      // All trials of the study, not of every study: Grafana fills in variables here too.
      .allValue('$study-s.+')
      .multi(true)
  );
}

/** Their names begin alike and end with the time, so the last one in the alphabet is the newest of its name. */
function suiteVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('suite')
    .label('Suite')
    .description('Suites within the time range above.')
    .datasource(PROMETHEUS_SOURCE)
    .query(variableQuery('label_values(topolab_suite_info{scenario=~"$scenario"}, suite)', 'suite'))
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalDesc);
}

function suiteRunVariable(): QueryVariableBuilder {
  const started = 'max_over_time(topolab_run_started_timestamp_seconds{scenario=~"$scenario"}[$__range])';
  const query = `query_result(sort_desc(max by (run) (${started} and on (run) max_over_time(topolab_suite_info{suite=~"$suite"}[$__range]))))`;
  return new QueryVariableBuilder('run')
    .label('Run')
    .description('Runs of the suite, the newest first.')
    .datasource(PROMETHEUS_SOURCE)
    .query(variableQuery(query, 'run'))
    .regex('/run="([^"]+)"/')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
    .includeAll(true)
    .allValue('.+')
    .multi(true);
}

function newestFirst(name: string, regex: string): QueryVariableBuilder {
  const query =
    'query_result(sort_desc(max by (run) (max_over_time(topolab_run_started_timestamp_seconds{scenario=~"$scenario"}[$__range]))))';
  return new QueryVariableBuilder(name)
    .datasource(PROMETHEUS_SOURCE)
    .query(variableQuery(query, name))
    .regex(regex)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
    .includeAll(true)
    .allValue('.+');
}

function variableQuery(query: string, name: string): Record<string, unknown> {
  return { query, refId: `variable-${name}` };
}

// The series' value says when, so a mark stands at its own moment however far the view is zoomed out.
function actionAnnotations(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Actions')
    .datasource(PROMETHEUS_SOURCE)
    .enable(true)
    .iconColor('orange')
    .expr('max by (run, action, kind, group) (topolab_action_started_timestamp_seconds{run=~"$run"}) * 1000')
    .useValueForTime(true)
    .titleFormat('{{kind}} {{group}}')
    .textFormat('{{action}} of run {{run}}')
    .tagKeys('kind,group')
    .step('1s');
}

/**
 * Grafana joins the seconds in which a series stands to a stretch, from its first to its last one. A fault that strikes once has no length: it is
 * among the actions.
 */
function faultAnnotations(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Faults')
    .datasource(PROMETHEUS_SOURCE)
    .enable(true)
    .iconColor('red')
    .expr('sum by (run, fault, kind) (topolab_fault_in_force{run=~"$run"})')
    .titleFormat('{{kind}}')
    .textFormat('{{fault}} of run {{run}}')
    .tagKeys('kind')
    .step('1s');
}

function phaseAnnotations(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Phases')
    .datasource(PROMETHEUS_SOURCE)
    .enable(true)
    .iconColor('blue')
    .expr('max by (run, phase) (topolab_phase_started_timestamp_seconds{run=~"$run"}) * 1000')
    .useValueForTime(true)
    .titleFormat('phase {{phase}}')
    .textFormat('run {{run}}')
    .tagKeys('phase')
    .step('1s');
}

function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Topolab dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags(['topolab'])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);
}

function addBars(dashboard: DashboardBuilder, row: PanelRow): void {
  dashboard.withRow(new RowBuilder(row.title));
  for (const panel of row.panels) dashboard.withPanel(grafanaBars(panel, widthIn(row)));
}

function addOpenRow(dashboard: DashboardBuilder, row: PanelRow): void {
  dashboard.withRow(new RowBuilder(row.title));
  for (const panel of row.panels) dashboard.withPanel(grafanaPanel(panel, widthIn(row)));
}

function foldedRow(row: PanelRow): RowBuilder {
  const folded = new RowBuilder(row.title).collapsed(true);
  for (const panel of row.panels) folded.withPanel(grafanaPanel(panel, widthIn(row)));
  return folded;
}

/** Of Grafana's 24 columns: two or three panels side by side, whichever fills the lines. */
function widthIn(row: PanelRow): number {
  return row.panels.length % 3 === 0 ? 8 : 12;
}

/** Panels need ids that are unique and the same in every generation. */
function numbered(dashboard: Dashboard): Dashboard {
  const all = (dashboard.panels ?? []).flatMap((panel) => [
    panel,
    ...('panels' in panel && Array.isArray(panel.panels) ? panel.panels : []),
  ]);
  for (const [index, panel] of all.entries()) panel.id = index + 1;
  return dashboard;
}
