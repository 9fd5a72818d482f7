// Stands in for the module `k6/metrics`: metrics of the script's own, whose tags are kept within bounds. What is added to a rate is counted
// besides: k6 tells the share of each generator alone, and shares can't be added up.
import * as metrics from 'k6/metrics';
import { safeTags } from './tags.ts';

type Metric = { add: (value: number | boolean, tags?: Record<string, string>) => boolean };
type Kind = new (name: string, isTime?: boolean) => Metric;

function bounded(kind: Kind): Kind {
  // `new` on a function that returns an object gives that object: k6's own metric.
  return function (name: string, isTime?: boolean): Metric {
    const metric = new kind(name, isTime);
    const add = metric.add.bind(metric);
    metric.add = (value, tags) => (tags == null ? add(value) : add(value, safeTags(tags)));
    return metric;
  } as unknown as Kind;
}

const additions = new metrics.Counter('topolab_rates');

function counted(kind: Kind): Kind {
  return function (name: string): Metric {
    const metric = new kind(name);
    const add = metric.add.bind(metric);
    metric.add = (value, tags) => {
      const isKept = add(value, tags);
      // What is no number, such as a field that an answer lacks, k6 leaves out.
      if (isKept === false) return isKept;
      // By names that no script's own tag has.
      const outcome = isYes(value) ? 'yes' : 'no';
      additions.add(1, { ...safeTags(tags), topolab_rate: name, topolab_outcome: outcome });
      return isKept;
    };
    return metric;
  } as unknown as Kind;
}

/** As k6 has it: whatever is no zero. */
function isYes(value: unknown): boolean {
  return Number(value) !== 0 || Boolean(value);
}

export const Counter = bounded(metrics.Counter as unknown as Kind);
export const Gauge = bounded(metrics.Gauge as unknown as Kind);
export const Rate = counted(bounded(metrics.Rate as unknown as Kind));
export const Trend = bounded(metrics.Trend as unknown as Kind);

export default { Counter, Gauge, Rate, Trend };
