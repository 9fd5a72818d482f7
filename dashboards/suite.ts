// The Grafana dashboard of a suite: every trial as a bar, named by its scenario and column.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { makeDashboard } from './make-dashboard.ts';
import { suiteRows } from './panels/suite-rows.ts';

export function suiteDashboard(): Dashboard {
  return makeDashboard({
    uid: 'topolab-suite',
    title: 'Topolab: suite',
    description:
      'The trials of a suite side by side: a bar for each, named by scenario, column and trial, summed up over the time range. Choose a suite and a time range that holds it. Who is ahead, and whether that is more than chance, is in the report of the suite.',
    choice: 'suites',
    compared: suiteRows,
    open: [],
    folded: [],
  });
}
