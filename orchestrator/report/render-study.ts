// The capacity-planning report: one HTML file that needs nothing else. Its first screen is for whoever buys the machines, the rest for
// whoever has to believe it.
import { html } from './page/html.ts';
import { renderPage } from './page/render-page.ts';
import { concludeStudy } from './study/conclude-study.ts';
import {
  assumptionsSection,
  rawNumbersSection,
  studyAboutSection,
  validitySection,
} from './study/study-about-section.ts';
import { studyAnswerSection, studyHeader } from './study/study-answer-section.ts';
import { capacitySection, latencySection } from './study/study-charts-section.ts';
import { STUDY_STYLESHEET } from './study/study-stylesheet.ts';
import { probesSection, sizesSection, sizingSection, trialsSection } from './study/study-tables-section.ts';
import type { StudyMaterial } from './study/study-words.ts';

/** Renders a study. What is missing is said, never left out silently. The same study gives the same text. */
export function renderStudyReport(study: StudyMaterial): string {
  const { description } = study;
  const title = `${concludeStudy(study).headline}: ${description.scenario.name} · Topolab study ${description.study}`;
  const content = html`${studyHeader(study)}
${studyAnswerSection(study)}
${sizingSection(study)}
${capacitySection(study)}
${sizesSection(study)}
${latencySection(study)}
${validitySection(study)}
${assumptionsSection(study)}
${trialsSection(study)}
${probesSection(study)}
${studyAboutSection(study)}
${rawNumbersSection(study)}
<footer>Made by Topolab from the study's folder alone.<p class="on-paper">The table of all probes is folded on screen and not printed; it is in probes.csv.</p></footer>`;
  return renderPage(title, content, STUDY_STYLESHEET);
}
