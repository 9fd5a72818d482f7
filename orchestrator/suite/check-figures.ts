// Whether the figures of a suite can be in the results of its scenarios: names of phases, loads and objectives, and faults. Pure.
import type { Problem } from '../scenario/text/problem.ts';
import { instead } from '../scenario/text/suggest.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type FigurePath, parseFigurePath } from './figures/figure-path.ts';
import type { Suite, SuiteScenario } from './suite.ts';

/** The scenarios of one entry of the suite: one for each column that is measured. */
export type ScenariosOf = (scenario: string) => readonly Scenario[];

export function checkFigures(suite: Suite, scenariosOf: ScenariosOf): Problem[] {
  const commands = new Map(suite.scenarios.map((each) => [each.name, each.command]));
  return suite.rows.flatMap((row) =>
    row.figures.flatMap(({ scenario, terms, dividedBy }, index): Problem[] => {
      const path = ['rows', row.name, 'figures', index];
      const asked = [
        ...terms.map((term) => ({ of: scenario, text: term.path, at: path })),
        ...(dividedBy === null
          ? []
          : [{ of: dividedBy.scenario, text: dividedBy.path, at: [...path, 'dividedBy'] }]),
      ];
      return asked.flatMap(({ of, text, at }) => {
        const figure = parseFigurePath(text);
        if ('problem' in figure || commands.get(of) !== 'run') return [];
        const message = scenariosOf(of)
          .map((each) => missingIn(each, figure))
          .find((each) => each !== undefined);
        return message === undefined
          ? []
          : [{ path: at, message: `${text}: ${of} ${message}`, at: 'value' as const }];
      });
    }),
  );
}

/** Scenarios that no figure asks for would be run for nothing. */
export function unusedScenarios(suite: Suite): readonly SuiteScenario[] {
  const used = scenariosInUse(suite);
  return suite.scenarios.filter(({ name }) => !used.has(name));
}

export function scenariosInUse({ rows }: Pick<Suite, 'rows'>): ReadonlySet<string> {
  return new Set(
    rows.flatMap(({ figures }) =>
      figures.flatMap(({ scenario, dividedBy }) =>
        dividedBy === null ? [scenario] : [scenario, dividedBy.scenario],
      ),
    ),
  );
}

/** What the scenario lacks, to be read after its name. */
function missingIn(scenario: Scenario, { steps }: FigurePath): string | undefined {
  const [section, item] = steps;
  if (section?.kind !== 'field' || item?.kind !== 'item' || /^\d+$/.test(item.key)) return undefined;
  const names: Readonly<Record<string, readonly string[]>> = {
    phases: scenario.phases.map(({ name }) => name),
    loads: scenario.loads.map(({ name }) => name),
    objectives: scenario.objectives.map(({ name }) => name),
  };
  const known = names[section.name];
  if (known === undefined || known.includes(item.key)) return undefined;
  return `has none called "${item.key}" among its ${section.name}; ${instead(item.key, known)}`;
}
