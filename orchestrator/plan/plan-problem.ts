// Scenarios that are sound in every part and too much as a whole: known only when their plan is made.
import { ExitCode, TopolabError } from '../errors.ts';

export class PlanProblem extends TopolabError {
  /** The entry that goes too far: `timeline[0]`, `groups.peers.churn`. */
  readonly source: string;
  /** Without the source. */
  readonly problem: string;

  constructor(source: string, problem: string) {
    super(`make the plan: ${source} ${problem}`, { code: 'plan-too-large', exitCode: ExitCode.usage });
    this.source = source;
    this.problem = problem;
  }
}
