// The report of a run: one HTML file that needs nothing else, neither network nor script.
import { detailRows, peerRows, runOverviewRows } from '../../dashboards/panels/all-panels.ts';
import { accessSection } from './access/access-section.ts';
import { distributionSection } from './distribution/distribution-section.ts';
import { html } from './page/html.ts';
import { renderPage } from './page/render-page.ts';
import { impactSection } from './impact/impact-section.ts';
import { networkSection } from './network/network-section.ts';
import { recoverySection } from './sections/recovery-section.ts';
import { switchesSection } from './switches/switches-section.ts';
import { updatesSection } from './updates/updates-section.ts';
import { enrolmentSection } from './enrolment/enrolment-section.ts';
import type { RunReport } from './facts/run-report.ts';
import {
  aboutSection,
  generatorsSection,
  scenarioSection,
  warningsSection,
} from './sections/about-section.ts';
import { chartsSection, type ReportPanels } from './sections/charts-section.ts';
import { delaysSection } from './sections/delays-section.ts';
import { rawSection } from './sections/raw-section.ts';
import { timelineSection } from './sections/timeline-section.ts';
import { headerSection, OUTCOMES, phasesSection, verdictSection } from './sections/verdict-section.ts';

const DASHBOARD_PANELS: ReportPanels = { overview: runOverviewRows, details: detailRows, special: peerRows };

/**
 * Renders a run's report, however far it came; what is missing is said, never left out silently.
 * The same run gives the same text. `panels` are those of the dashboards unless given.
 */
export function renderReport(report: RunReport, panels: ReportPanels = DASHBOARD_PANELS): string {
  const { run } = report;
  const title = `${OUTCOMES[report.outcome].title}: ${run.scenario.name} · Topolab run ${run.id}`;
  const content = html`${headerSection(run, report)}
${verdictSection(run, report)}
${distributionSection(report)}
${phasesSection(run)}
${impactSection(report)}
${recoverySection(report)}
${updatesSection(report)}
${switchesSection(report)}
${accessSection(report)}
${enrolmentSection(report)}
${networkSection(report)}
${chartsSection(run, report, panels)}
${timelineSection(run, report)}
${delaysSection(report)}
${generatorsSection(report)}
${warningsSection(report)}
${aboutSection(report)}
${scenarioSection(run)}
${rawSection(
  report,
  panels.overview.flatMap((row) => row.panels),
)}
<footer>Made by Topolab from the run's folder alone.<p class="on-paper">What is folded on screen, such as more charts and the scenario, is not printed.</p></footer>`;
  return renderPage(title, content);
}
