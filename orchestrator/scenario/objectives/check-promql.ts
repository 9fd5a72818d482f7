// Whether an objective's own query is PromQL that comes to a number, by Prometheus' own grammar for editors and its rules of types.
import { parser } from '@prometheus-io/lezer-promql';
import { typeProblem } from './promql-types.ts';
import { instead, nearest } from '../text/suggest.ts';

/** What Topolab fills in; see `expandObjectiveQuery`. Each with text of the same length that can stand there, so that places stay. */
const PLACEHOLDERS = { $run: 'r   ', $window: '1s     ', $start: '1     ', $end: '1   ' } as const;

/** What is wrong with a query and where in it, as words; undefined where nothing is. */
export function promqlProblem(expr: string): string | undefined {
  return unknownPlaceholder(expr) ?? filledProblem(expr);
}

function unknownPlaceholder(expr: string): string | undefined {
  for (const { 0: name, index } of expr.matchAll(/\$[A-Za-z_]\w*/g)) {
    if (name in PLACEHOLDERS) continue;
    return `has "${name}" at ${placeOf(expr, index)}, which nothing fills in; ${instead(name, Object.keys(PLACEHOLDERS))}`;
  }
  return undefined;
}

function filledProblem(expr: string): string | undefined {
  const filled = expr.replaceAll(
    /\$[A-Za-z_]\w*/g,
    (name) => PLACEHOLDERS[name as keyof typeof PLACEHOLDERS],
  );
  const tree = parser.parse(filled);
  let found: { from: number; to: number } | undefined;
  tree.iterate({
    enter({ type, from, to }) {
      if (type.isError) found ??= { from, to };
    },
  });
  if (found !== undefined) return syntaxProblem(expr, filled, found);
  const types = typeProblem(filled, tree.topNode);
  return types && `is no PromQL: ${types.message} (at ${placeOf(expr, types.at)})`;
}

function syntaxProblem(
  expr: string,
  filled: string,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const unknown = /([a-z_]\w*)\s*$/i.exec(filled.slice(0, from))?.[1];
  if (filled[from] === '(' && unknown !== undefined)
    return unknownFunction(unknown, placeOf(expr, from - unknown.length));
  const rest = filled.slice(from).trim();
  if (rest === '') return 'is no whole PromQL: something is missing at its end, such as a closing bracket';
  const seen = expr.slice(from, Math.max(to, from + 1)).trim() || rest.slice(0, 1);
  return `is no PromQL: "${seen}" is not expected at ${placeOf(expr, from)}`;
}

function unknownFunction(name: string, place: string): string {
  const near = nearest(name, functionNames());
  return `is no PromQL: there is no function "${name}" (at ${place})${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

/** The grammar has a node for each function, named in capitals: `HistogramQuantile`. */
function functionNames(): string[] {
  return parser.nodeSet.types.map(({ name }) =>
    name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
  );
}

/** `character 12`; `line 2, character 3` where there are several. */
function placeOf(expr: string, index: number): string {
  const before = expr.slice(0, index).split('\n');
  const character = `character ${(before.at(-1)?.length ?? 0) + 1}`;
  return expr.includes('\n') ? `line ${before.length}, ${character}` : character;
}
