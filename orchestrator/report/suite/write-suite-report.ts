// A suite's report and its chart in its folder.
import type { SavedSuite } from '../../suite/read-suite.ts';
import { SuiteFolder } from '../../suite/suite-folder.ts';
import { renderSuite } from './render-suite.ts';
import { suiteCsv } from './suite-csv.ts';
import { suiteJson } from './suite-json.ts';
import { renderSuiteMarkdown } from './suite-markdown.ts';

/** report.html for people, chart.json for programs, chart.csv and chart.md, each whole or not at all. */
export async function writeSuiteReport(saved: SavedSuite): Promise<void> {
  const folder = new SuiteFolder(saved.folder);
  await folder.write('report.html', renderSuite(saved));
  await folder.write('chart.json', `${JSON.stringify(suiteJson(saved), null, 2)}\n`);
  await folder.write('chart.csv', suiteCsv(saved));
  await folder.write('chart.md', renderSuiteMarkdown(saved));
}
