// The report of a run: one HTML file that needs nothing else, neither network nor script.
import { detailRows, peerRows, runOverviewRows } from '../../dashboards/panels/all-panels.ts';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { distributionSection } from './distribution/distribution-section.ts';
import { html } from './page/html.ts';
import { renderPage } from './page/render-page.ts';
import { impactSection } from './impact/impact-section.ts';
import { networkSection } from './network/network-section.ts';
import { collectFacts } from './facts/run-facts.ts';
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
 * Renders a saved run, however far it came; what is missing is said, never left out silently.
 * The same run gives the same text. `panels` are those of the dashboards unless given.
 */
export function renderReport(run: SavedRun, panels: ReportPanels = DASHBOARD_PANELS): string {
  const facts = collectFacts(run);
  const title = `${OUTCOMES[facts.outcome].title}: ${run.scenario.name} · Topolab run ${run.id}`;
  const content = html`${headerSection(run, facts)}
${verdictSection(run, facts)}
${distributionSection(run)}
${phasesSection(run)}
${impactSection(run, facts)}
${networkSection(run)}
${chartsSection(run, facts, panels)}
${timelineSection(run, facts)}
${delaysSection(run)}
${generatorsSection(run)}
${warningsSection(facts)}
${aboutSection(run, facts)}
${scenarioSection(run)}
${rawSection(
  run,
  panels.overview.flatMap((row) => row.panels),
)}
<footer>Made by Topolab from the run's folder alone.<p class="on-paper">What is folded on screen, such as more charts and the scenario, is not printed.</p></footer>`;
  return renderPage(title, content);
}
