// Ends a test run with one line that machines and people read alike: `N passed, N failed`. Before it stands what a test found that it could
// not check here, and why.
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    // A module that could not be loaded, or an error outside any test, failed as well.
    let failed = errors.length;
    const unchecked: string[] = [];
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((test) => test.result().state === 'passed').length;
      failed += tests.filter((test) => test.result().state === 'failed').length;
      for (const test of tests) {
        const result = test.result();
        if (result.state === 'skipped' && result.note !== undefined)
          unchecked.push(`not checked: ${test.fullName}: ${result.note}\n`);
      }
      if (module.errors().length > 0) failed += 1;
    }
    process.once('exit', () =>
      process.stdout.write(`${unchecked.join('')}${passed} passed, ${failed} failed\n`),
    );
  }
}
