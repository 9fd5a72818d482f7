// A run's verdict as Markdown, for the summaries of pipelines and for comments on pull requests.
import type { ObjectiveResult } from '../measure/figures/figures.ts';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { describeBound, describeMeasured, OBJECTIVE_STATUS } from '../judge/describe-objective.ts';
import { firstOutWords } from './words/first-out.ts';
import { lateLines, loadLines } from './words/load-lines.ts';
import { PHASE_HEAD, PHASE_NUMERIC, phaseCells } from './words/phase-cells.ts';
import { markdownBullets, markdownTable, markdownText } from './text/markdown.ts';
import { meaningOf, OUTCOMES } from './sections/verdict-section.ts';
import type { RunReport } from './facts/run-report.ts';

const SIGNS: Readonly<Record<ObjectiveResult['status'], string>> = {
  held: '✅',
  missed: '❌',
  'no-samples': '❔',
};

/** One section for each run. */
export function renderMarkdownSummary(reports: readonly RunReport[]): string {
  return `${reports.map(sectionOf).join('\n\n')}\n`;
}

function sectionOf(facts: RunReport): string {
  const { run } = facts;
  const { sign, title } = OUTCOMES[facts.outcome];
  const parts = [
    `## ${sign} ${title}: ${markdownText(run.scenario.name)}`,
    `${meaningOf(facts.outcome, run)} Run \`${run.id.replaceAll('`', '')}\`, seed ${run.plan.seed}.`,
    markdownBullets([...facts.reasons, ...facts.missing]),
    objectivesTable(run),
    phasesTable(run),
    markdownBullets([...lateLines(run.verdict?.phases ?? []), ...loadLines(run.verdict?.whole)]),
    firstOut(run),
    facts.warnings.length === 0 ? '' : `**Warnings**\n\n${markdownBullets(facts.warnings)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function firstOut(run: SavedRun): string {
  const words = firstOutWords(run);
  return words === null ? '' : `First to run out: ${markdownText(words)}`;
}

function objectivesTable({ verdict }: SavedRun): string {
  if (verdict === undefined || verdict.objectives.length === 0) return '';
  const rows = verdict.objectives.map((result) => [
    `${SIGNS[result.status]} ${OBJECTIVE_STATUS[result.status]}`,
    result.objective.name,
    describeMeasured(result),
    describeBound(result.objective),
  ]);
  return markdownTable(['', 'objective', 'measured', 'bound'], rows, [2, 3]);
}

function phasesTable({ verdict }: SavedRun): string {
  if (verdict === undefined || verdict.phases.length === 0) return '';
  return markdownTable(PHASE_HEAD, phaseCells(verdict), PHASE_NUMERIC);
}
