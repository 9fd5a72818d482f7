// Fills the placeholders of a panel's PromQL, for Prometheus itself and for Grafana.
import { ExitCode, TopolabError } from '../../orchestrator/errors.ts';

/**
 * The expression for one run. `window` is the range of rates as a Prometheus duration such as `5s`: at least four times the
 * time between samples, or rates have gaps. Fails with `unknown-placeholder` where there is any other `$name`.
 */
export function exprForReport(
  expr: string,
  values: { readonly run: string; readonly window: string },
): string {
  // The run stands in a regular expression inside a PromQL string, so a backslash is needed twice.
  const run = values.run.replaceAll(/[\\^$.*+?()[\]{}|"]/g, (character) =>
    character === '"' ? '\\"' : character === '\\' ? '\\\\\\\\' : `\\\\${character}`,
  );
  // Functions as replacements: `$` in a run's name must stay what it is.
  return expr.replaceAll(/\$(\w+)/g, (_, name: string) => {
    if (name === 'run') return run;
    if (name === 'window') return values.window;
    throw new TopolabError(`render "${expr}": there is no placeholder $${name}`, {
      code: 'unknown-placeholder',
      hint: 'Use $run and $window.',
      exitCode: ExitCode.usage,
    });
  });
}

/** The expression for a Grafana dashboard: `$run` stays its variable, rates adapt to the zoom. */
export function exprForGrafana(expr: string): string {
  return expr.replaceAll(/\$window\b/g, () => '$__rate_interval');
}
