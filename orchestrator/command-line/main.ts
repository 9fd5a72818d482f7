#!/usr/bin/env node
// Starts what was asked, and ends with an exit code. Each command's work is in commands/, loaded only when it is asked for: Docker's client and the chart library take
// longer to load than a scenario takes to check.
import { makeProgram } from './make-program.ts';
import { tellError } from './tell-error.ts';
import { watchSignals } from './watch-signals.ts';

// `topolab plan … | head` closes our standard output early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await makeProgram(watchSignals()).parseAsync();
} catch (error) {
  process.exitCode = tellError(error);
}
