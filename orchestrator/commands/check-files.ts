// The files that a scenario names, looked into as a run would, without an engine: so that `validate` finds what `run` would stumble over.
import { buildProblem } from '../images/build-own-image.ts';
import { lookIntoScript } from '../load/bundle-script.ts';
import { optionsPutAside } from '../load/generator-settings.ts';
import { OpenedFiles } from '../load/opened-files.ts';
import type { Load } from '../scenario/load/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Problem, ProblemPath } from '../scenario/text/problem.ts';
import { namedProblem } from '../scenario/text/read-bounded.ts';
import { secretFileProblem } from '../secrets/take-secrets.ts';

export interface CheckedFiles {
  /** What is wrong with scripts and what they import and open, with `files` of loads, with folders that images are built from, and with files of secrets. */
  readonly problems: readonly Problem[];
  /** Sentences worth knowing of scripts: whose options their loads take the place of, and what they load from the web. */
  readonly notes: readonly string[];
}

export async function checkFiles({ groups, loads }: Scenario): Promise<CheckedFiles> {
  const checked = await Promise.all(loads.map(checkLoad));
  const problems = checked.flatMap((each) => each.problems);
  for (const { name, build } of groups) {
    const message = build === undefined ? undefined : await buildProblem(build);
    if (message !== undefined) problems.push(problemAt(['groups', name, 'build'], message));
  }
  const owners = [
    ...groups.map(({ name, secrets }) => ({ path: ['groups', name], secrets })),
    ...loads.map(({ name, secrets }) => ({ path: ['load', name], secrets })),
  ];
  for (const { path, secrets } of owners) {
    for (const [name, source] of Object.entries(secrets)) {
      const message = source.kind === 'file' ? await secretFileProblem(source) : undefined;
      if (message !== undefined) problems.push(problemAt([...path, 'secrets', name, 'file'], message));
    }
  }
  return { problems, notes: checked.flatMap(({ notes }) => notes) };
}

const NO_DEFAULT =
  'exports no default function, which is what users run; write `export default function () { … }` in it, or `model: script` for functions that its own options name';

async function checkLoad(load: Load): Promise<CheckedFiles> {
  const opened = new OpenedFiles(load);
  const files = load.files.flatMap((file, index): Problem[] => {
    const problem = opened.problemWith(file);
    return problem === undefined
      ? []
      : [problemAt(['load', load.name, 'files', index], namedProblem(file, problem))];
  });
  // Of a file that is told already, the script has no part in it.
  const { problems, options, fromWeb, hasDefault } = await lookIntoScript(
    files.length === 0 ? load : { ...load, files: [] },
  );
  const isItsOwn = load.model.kind === 'script';
  const putAside = optionsPutAside(load);
  const names = options.filter((name) => putAside.includes(name));
  const notes: string[] = [];
  if (names.length > 0)
    notes.push(
      `load.${load.name}: the load takes the place of ${names.join(', ')} in the options of ${load.script}`,
    );
  if (fromWeb.length > 0)
    notes.push(
      `load.${load.name}: k6 loads ${fromWeb.join(', ')} from the web for ${load.script}; requests made in there, if any, are only counted when they end, so that those which hang are not. Keep a copy beside the script to have all counted`,
    );
  const unrun = hasDefault || isItsOwn ? [] : [NO_DEFAULT];
  return {
    problems: [
      ...files,
      ...[...problems, ...unrun].map((line) => problemAt(['load', load.name, 'script'], line)),
    ],
    notes,
  };
}

function problemAt(path: ProblemPath, message: string): Problem {
  return { path, message, at: 'value' };
}
