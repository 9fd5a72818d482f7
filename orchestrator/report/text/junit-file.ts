// JUnit XML, as pipelines read it: suites of test cases.

export interface TestCase {
  readonly name: string;
  /** Null = passed. */
  readonly result: {
    readonly tag: 'failure' | 'error' | 'skipped';
    readonly type: string;
    readonly message: string;
  } | null;
}

export interface Suite {
  readonly name: string;
  readonly id: string;
  /** How long it took; null = not known. */
  readonly tookMs?: number | null;
  /** Milliseconds since 1970; null = not known. */
  readonly startedAtMs?: number | null;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly cases: readonly TestCase[];
}

export function renderSuites(suites: readonly Suite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="topolab"${counts(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, id, tookMs, startedAtMs, properties, cases }: Suite): string[] {
  const head = attributes({
    name,
    id,
    time: ((tookMs ?? 0) / 1000).toFixed(3),
    ...(startedAtMs == null ? {} : { timestamp: new Date(startedAtMs).toISOString() }),
  });
  return [
    `  <testsuite${head}${counts(cases)}>`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([property, value]) => `      <property${attributes({ name: property, value: String(value) })}/>`,
    ),
    '    </properties>',
    ...cases.map((each) => caseText(each, name)),
    '  </testsuite>',
  ];
}

function caseText({ name, result }: TestCase, suite: string): string {
  const head = `    <testcase${attributes({ classname: suite, name })}`;
  if (result === null) return `${head}/>`;
  const { tag, type, message } = result;
  const inner = tag === 'skipped' ? attributes({ message }) : attributes({ message, type });
  return `${head}><${tag}${inner}/></testcase>`;
}

function counts(cases: readonly TestCase[]): string {
  const of = (tag: string) => String(cases.filter(({ result }) => result?.tag === tag).length);
  return attributes({
    tests: String(cases.length),
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  });
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
}

/** Safe inside a quoted attribute. Characters that XML 1.0 can't hold at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
