// Whether the parts of a query fit together: `rate(5)` is sound to a grammar and refused by Prometheus. The rules are those of its own
// type checker (promql/parser/parse.go and functions.go in prometheus/prometheus).
import type { parser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';

export interface TypeProblem {
  /** Index in the query. */
  readonly at: number;
  readonly message: string;
}

interface Signature {
  readonly takes: readonly ValueType[];
  /** How many of the last ones may be missing. Default 0. */
  readonly optional?: number;
  /** Whether the last one may be repeated. Default no. */
  readonly repeats?: true;
  /** Default: an instant vector. */
  readonly gives?: ValueType;
}

const VECTOR: Signature = { takes: ['instant vector'] };
const RANGE: Signature = { takes: ['range vector'] };
const NOTHING_TO_SCALAR: Signature = { takes: [], gives: 'scalar' };
const DATE: Signature = { takes: ['instant vector'], optional: 1 };
const STRING = 'string';

/** Of all others an instant vector is taken; of those that end in `_over_time`, a range vector. */
const FUNCTIONS: Readonly<Record<string, Signature>> = {
  changes: RANGE,
  clamp: { takes: ['instant vector', 'scalar', 'scalar'] },
  clamp_max: { takes: ['instant vector', 'scalar'] },
  clamp_min: { takes: ['instant vector', 'scalar'] },
  day_of_month: DATE,
  day_of_week: DATE,
  day_of_year: DATE,
  days_in_month: DATE,
  delta: RANGE,
  deriv: RANGE,
  double_exponential_smoothing: { takes: ['range vector', 'scalar', 'scalar'] },
  end: NOTHING_TO_SCALAR,
  histogram_fraction: { takes: ['scalar', 'scalar', 'instant vector'] },
  histogram_quantile: { takes: ['scalar', 'instant vector'] },
  histogram_quantiles: { takes: ['instant vector', STRING, 'scalar'], repeats: true },
  hour: DATE,
  idelta: RANGE,
  increase: RANGE,
  info: { takes: ['instant vector', 'instant vector'], optional: 1 },
  irate: RANGE,
  label_join: { takes: ['instant vector', STRING, STRING, STRING], optional: 1, repeats: true },
  label_replace: { takes: ['instant vector', STRING, STRING, STRING, STRING] },
  minute: DATE,
  month: DATE,
  pi: NOTHING_TO_SCALAR,
  predict_linear: { takes: ['range vector', 'scalar'] },
  quantile_over_time: { takes: ['scalar', 'range vector'] },
  range: NOTHING_TO_SCALAR,
  rate: RANGE,
  resets: RANGE,
  round: { takes: ['instant vector', 'scalar'], optional: 1 },
  scalar: { takes: ['instant vector'], gives: 'scalar' },
  sort_by_label: { takes: ['instant vector', STRING], optional: 1, repeats: true },
  sort_by_label_desc: { takes: ['instant vector', STRING], optional: 1, repeats: true },
  start: NOTHING_TO_SCALAR,
  step: NOTHING_TO_SCALAR,
  time: NOTHING_TO_SCALAR,
  vector: { takes: ['scalar'] },
  year: DATE,
};

const AGGREGATIONS: Readonly<Record<string, Signature>> = {
  bottomk: { takes: ['scalar', 'instant vector'] },
  count_values: { takes: [STRING, 'instant vector'] },
  limitk: { takes: ['scalar', 'instant vector'] },
  limit_ratio: { takes: ['scalar', 'instant vector'] },
  quantile: { takes: ['scalar', 'instant vector'] },
  topk: { takes: ['scalar', 'instant vector'] },
};

/** Far more than anybody writes; it keeps a generated query from overflowing the stack. */
const DEEPEST = 200;

const COMPARISONS = ['Eql', 'Gte', 'Gtr', 'Lte', 'Lss', 'Neq'];
const SET_OPERATORS = ['And', 'Or', 'Unless'];

/** Of nodes that are expressions, what they come to. */
const EXPRESSIONS: Readonly<Record<string, (query: Query, node: SyntaxNode) => ValueType>> = {
  NumberDurationLiteral: () => 'scalar',
  StringLiteral: () => STRING,
  VectorSelector: () => 'instant vector',
  MatrixSelector: (query, node) => query.range(node),
  SubqueryExpr: (query, node) => query.subquery(node),
  ParenExpr: (query, node) => query.inner(node),
  OffsetExpr: (query, node) => query.inner(node),
  StepInvariantExpr: (query, node) => query.inner(node),
  AnchoredExpr: (query, node) => query.inner(node),
  SmoothedExpr: (query, node) => query.inner(node),
  UnaryExpr: (query, node) => query.unary(node),
  BinaryExpr: (query, node) => query.binary(node),
  FunctionCall: (query, node) => query.call(node, FUNCTIONS),
  AggregateExpr: (query, node) => query.call(node, AGGREGATIONS),
};

/** What is wrong with the types of a query; undefined where nothing is. `tree` is that of a query without syntax errors. */
export function typeProblem(expr: string, tree: SyntaxNode): TypeProblem | undefined {
  const query = new Query(expr);
  const [node] = expressionsIn(tree);
  const type = node === undefined ? 'scalar' : query.typeOf(node);
  if (query.problem !== undefined) return query.problem;
  if (type === 'range vector')
    return {
      at: 0,
      message:
        'it comes to a range vector, many values each; write a function of it, such as avg_over_time(…)',
    };
  return type === STRING
    ? { at: 0, message: 'it comes to a string; write what comes to a number' }
    : undefined;
}

/** Goes through a query once, and keeps the first problem. */
class Query {
  problem: TypeProblem | undefined;
  readonly #expr: string;
  #depth = 0;

  constructor(expr: string) {
    this.#expr = expr;
  }

  typeOf(node: SyntaxNode): ValueType {
    if (this.#depth >= DEEPEST) {
      this.#fail(node, `it nests more than ${DEEPEST} parts in each other; write it flatter`);
      return 'instant vector';
    }
    this.#depth += 1;
    const type = EXPRESSIONS[node.name]?.(this, node) ?? 'instant vector';
    this.#depth -= 1;
    return type;
  }

  inner(node: SyntaxNode): ValueType {
    const [only] = expressionsIn(node);
    return only === undefined ? 'instant vector' : this.typeOf(only);
  }

  range(node: SyntaxNode): ValueType {
    const [of] = expressionsIn(node);
    if (of !== undefined && of.name !== 'VectorSelector')
      this.#fail(
        of,
        'a range in brackets follows a metric and its labels only; write a step too for others, such as [1m:1s]',
      );
    return 'range vector';
  }

  subquery(node: SyntaxNode): ValueType {
    this.#expect(expressionsIn(node)[0], ['instant vector'], 'a range with a step');
    return 'range vector';
  }

  unary(node: SyntaxNode): ValueType {
    const [of] = expressionsIn(node);
    return this.#expect(of, ['scalar', 'instant vector'], 'a sign');
  }

  binary(node: SyntaxNode): ValueType {
    const [left, right] = expressionsIn(node);
    const operator = operatorOf(node);
    const sign = operator === undefined ? 'an operator' : this.#textOf(operator);
    const allowed: ValueType[] =
      operator !== undefined && SET_OPERATORS.includes(operator.name)
        ? ['instant vector']
        : ['scalar', 'instant vector'];
    const types = [this.#expect(left, allowed, sign), this.#expect(right, allowed, sign)];
    if (types.includes('instant vector')) return 'instant vector';
    if (
      operator !== undefined &&
      COMPARISONS.includes(operator.name) &&
      node.getChild('BoolModifier') === null
    )
      this.#fail(operator, `${sign} between two scalars needs bool after it; write ${sign} bool`);
    return 'scalar';
  }

  call(node: SyntaxNode, signatures: Readonly<Record<string, Signature>>): ValueType {
    const head = node.firstChild;
    const name = head === null ? '' : this.#textOf(head).toLowerCase();
    const {
      takes,
      optional = 0,
      repeats,
      gives = 'instant vector',
    } = Object.hasOwn(signatures, name)
      ? (signatures[name] ?? VECTOR)
      : name.endsWith('_over_time')
        ? RANGE
        : VECTOR;
    const body = node.getChild('FunctionCallBody');
    const given = body === null ? [] : expressionsIn(body);
    if (given.length < takes.length - optional || (repeats !== true && given.length > takes.length))
      this.#fail(node, `${name}() takes ${countOf(takes, optional, repeats)}, not ${given.length}`);
    for (const [index, argument] of given.entries()) {
      const wanted = takes[Math.min(index, takes.length - 1)];
      if (wanted !== undefined) this.#expect(argument, [wanted], `${name}()`);
    }
    return gives;
  }

  /** Answers the type that is there, or else one that is allowed. */
  #expect(node: SyntaxNode | undefined, allowed: readonly ValueType[], what: string): ValueType {
    const [first = 'scalar'] = allowed;
    if (node === undefined) return first;
    const type = this.typeOf(node);
    if (allowed.includes(type)) return type;
    const example = first === 'range vector' ? ', such as x[$window]' : '';
    this.#fail(
      node,
      `${what} takes ${allowed.map(withArticle).join(' or ')}${example}, not ${withArticle(type)}`,
    );
    return first;
  }

  #fail({ from }: SyntaxNode, message: string): void {
    this.problem ??= { at: from, message };
  }

  #textOf({ from, to }: SyntaxNode): string {
    return this.#expr.slice(from, to);
  }
}

function expressionsIn(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => Object.hasOwn(EXPRESSIONS, name));
}

/** What stands between the two operands. */
function operatorOf(node: SyntaxNode): SyntaxNode | undefined {
  return childrenOf(node).find(({ name }) => !Object.hasOwn(EXPRESSIONS, name) && name !== 'LineComment');
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function withArticle(type: ValueType): string {
  return `${type === 'instant vector' ? 'an' : 'a'} ${type}`;
}

/** `1 argument`, `2 to 3 arguments`, `4 or more arguments`. */
function countOf(takes: readonly ValueType[], optional: number, repeats: true | undefined): string {
  const least = takes.length - optional;
  if (repeats === true) return `${least} or more arguments`;
  if (optional > 0) return `${least} to ${takes.length} arguments`;
  return least === 1 ? '1 argument' : `${least} arguments`;
}
