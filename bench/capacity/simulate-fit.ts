// Proves the fitted scalability law by simulation: groups that follow it exactly, measured with differences between trials.
import type { Estimate } from '../../orchestrator/capacity/bootstrap.ts';
import { createRandom } from '../../orchestrator/capacity/random.ts';
import { fitUsl, uslCapacity } from '../../orchestrator/capacity/usl.ts';

export interface FitOptions {
  readonly systems: number;
  readonly seed: number;
  readonly resamples: number;
}

const sizes = [1, 2, 4, 8];
const trialsPerSize = 6;
const betweenTrials = 0.03;

/** Share of the systems whose interval holds the truth, for each coefficient and for a size that was not measured. */
export function simulateFits({ systems, seed, resamples }: FitOptions): Readonly<Record<string, number>> {
  const random = createRandom(seed);
  const held = { lambda: 0, sigma: 0, kappa: 0, 'capacity of 6 nodes': 0 };
  for (let system = 0; system < systems; system++) {
    const truth = { lambda: 100, sigma: 0.3 * random.uniform() ** 2, kappa: 0.01 * random.uniform() ** 2 };
    const trial = (size: number) => uslCapacity(truth, size) * Math.exp(betweenTrials * random.normal());
    const measured = sizes.map((size) => ({
      size,
      capacities: Array.from({ length: trialsPerSize }, () => trial(size)),
    }));
    const fit = fitUsl(measured, { seed: seed + system, resamples });
    if (fit === null) continue;
    held.lambda += holds(fit.lambda, truth.lambda);
    held.sigma += holds(fit.sigma, truth.sigma);
    held.kappa += holds(fit.kappa, truth.kappa);
    held['capacity of 6 nodes'] += holds(fit.predict(6), uslCapacity(truth, 6));
  }
  return Object.fromEntries(Object.entries(held).map(([name, count]) => [name, count / systems]));
}

function holds({ lower, upper }: Estimate, value: number): number {
  return lower <= value && value <= upper ? 1 : 0;
}
