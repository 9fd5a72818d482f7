// What stands in a script's `options`, found without running it: what is wrong with a threshold is then told with its place, before anything is
// launched. What a script computes is left to k6, which tells it when it looks at the script.
import { type Expression, parse, type Program, type Property } from 'acorn';
import { readThresholds, type ScriptThreshold } from './script-thresholds.ts';

/** Scripts may refer to themselves, and to each part many times over. */
const MOST_PARTS = 100_000;
const MOST_DEPTH = 100;

export interface WrittenOptions {
  readonly names: readonly string[];
  readonly thresholds: readonly ScriptThreshold[];
}

const NONE: WrittenOptions = { names: [], thresholds: [] };

/** @param code the script, bundled as an ES module. Nothing where it is none, or its options are made at run time. */
export function writtenOptions(code: string): WrittenOptions {
  let program: Program;
  try {
    program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch {
    return NONE;
  }
  const constants = { byName: topLevel(program), partsLeft: MOST_PARTS };
  const exported = exportedAs('options', program);
  const options = exported === undefined ? undefined : constants.byName.get(exported);
  if (options === undefined) return NONE;
  const written = Object(valueOf(options, constants, 0)) as Record<string, unknown>;
  return { names: Object.keys(written), thresholds: readThresholds(written['thresholds']) };
}

interface Constants {
  readonly byName: ReadonlyMap<string, Expression>;
  partsLeft: number;
}

function topLevel({ body }: Program): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  for (const statement of body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations)
      if (id.type === 'Identifier' && init) found.set(id.name, init);
  }
  return found;
}

/** The name that it has in the module. */
function exportedAs(name: string, { body }: Program): string | undefined {
  for (const statement of body) {
    if (statement.type !== 'ExportNamedDeclaration') continue;
    for (const { exported, local } of statement.specifiers)
      if (exported.type === 'Identifier' && exported.name === name && local.type === 'Identifier')
        return local.name;
  }
  return undefined;
}

/** Undefined for whatever is not written out. */
function valueOf(node: Expression, constants: Constants, depth: number): unknown {
  if (depth > MOST_DEPTH || --constants.partsLeft < 0) return undefined;
  const inner = (each: Expression) => valueOf(each, constants, depth + 1);
  switch (node.type) {
    case 'Literal':
      return node.value;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? node.quasis[0]?.value.cooked : undefined;
    case 'Identifier': {
      const constant = constants.byName.get(node.name);
      return constant && inner(constant);
    }
    case 'UnaryExpression':
      return node.operator === '!' ? !inner(node.argument) : undefined;
    case 'ArrayExpression':
      return node.elements.flatMap((each) => {
        if (each === null) return [];
        return each.type === 'SpreadElement' ? [inner(each.argument)].flat() : [inner(each)];
      });
    case 'ObjectExpression':
      return Object.fromEntries(
        node.properties.flatMap((each) =>
          each.type === 'SpreadElement'
            ? Object.entries(Object(inner(each.argument)) as object)
            : entryOf(each, constants, depth),
        ),
      );
    default:
      return undefined;
  }
}

function entryOf(
  { key, value, computed }: Property,
  constants: Constants,
  depth: number,
): [string, unknown][] {
  const name = !computed && key.type === 'Identifier' ? key.name : valueOf(key, constants, depth + 1);
  return typeof name === 'string' ? [[name, valueOf(value, constants, depth + 1)]] : [];
}
