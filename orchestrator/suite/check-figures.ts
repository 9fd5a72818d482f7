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
        const scenarios = scenariosOf(of);
        const message = missingInAll(scenarios, figure) ?? missingInAny(scenarios, figure);
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

/** Parts of a result that only some scenarios have: what a scenario needs for it, and what is said where it has not. */
const NEEDS: Readonly<Record<string, { has(scenario: Scenario): boolean; readonly lacks: string }>> = {
  access: { has: ({ access }) => access !== undefined, lacks: 'has no `access`, so nobody is refused there' },
  enrolment: {
    has: ({ groups }) => groups.some((group) => 'enrolment' in group && group.enrolment !== null),
    lacks: 'has no group with `enrolment`',
  },
  updates: {
    has: ({ timeline }) => timeline.some(({ change }) => change.kind === 'update'),
    lacks: 'has no `update` in its timeline',
  },
  switches: {
    has: ({ timeline }) => timeline.some(({ change }) => change.kind === 'switch'),
    lacks: 'has no `switch` in its timeline',
  },
  recovery: {
    has: ({ records, timeline }) =>
      records !== null ||
      timeline.some(
        ({ change }) =>
          change.kind === 'backup' || (change.kind === 'fault' && change.fault.kind === 'destroy'),
      ),
    lacks: 'has no `records`, and no `destroy` in its timeline',
  },
  churn: {
    has: ({ groups }) => groups.some(({ churn }) => churn !== null),
    lacks: 'has no group with `churn`',
  },
  faults: {
    has: ({ timeline }) => timeline.some(({ change }) => change.kind === 'fault'),
    lacks: 'has no fault in its timeline',
  },
};

/** A part that a column alone has not may be meant so: a figure that is not measured there. What is missing in all would never be. */
function missingInAll(
  scenarios: readonly Scenario[],
  { steps: [part, item] }: FigurePath,
): string | undefined {
  if (scenarios.length === 0 || part?.kind !== 'field') return undefined;
  const need = Object.hasOwn(NEEDS, part.name) ? NEEDS[part.name] : undefined;
  if (need !== undefined && !scenarios.some((each) => need.has(each)))
    return `${need.lacks}; write it there, or leave the figure out`;
  const counts = scenarios.map((each) => namesOf(each, part.name)?.length ?? Infinity);
  if (item?.kind !== 'item' || !isNumber(item.key) || counts.some((count) => Number(item.key) < count))
    return undefined;
  const last = Math.max(...counts) - 1;
  return last < 0
    ? `has no ${part.name}; leave the figure out`
    : `has no [${item.key}] among its ${part.name}, the last of which is [${last}]; write a lower number, or a name`;
}

/** What the first that lacks something does, to be read after its name. */
function missingInAny(scenarios: readonly Scenario[], { steps }: FigurePath): string | undefined {
  return scenarios.map((each) => missingIn(each, steps)).find((each) => each !== undefined);
}

function missingIn(scenario: Scenario, [section, item]: FigurePath['steps']): string | undefined {
  if (section?.kind !== 'field' || item?.kind !== 'item' || isNumber(item.key)) return undefined;
  const known = namesOf(scenario, section.name);
  if (known === undefined || known.includes(item.key)) return undefined;
  return `has none called "${item.key}" among its ${section.name}; ${instead(item.key, known)}`;
}

/** Of the items of a part of the result, as far as the scenario names them. */
function namesOf({ phases, loads, objectives }: Scenario, part: string): readonly string[] | undefined {
  const items = new Map<string, readonly { readonly name: string }[]>([
    ['phases', phases],
    ['loads', loads],
    ['objectives', objectives],
  ]);
  return items.get(part)?.map(({ name }) => name);
}

function isNumber(key: string): boolean {
  return /^\d+$/.test(key);
}
