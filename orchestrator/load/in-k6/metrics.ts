// Stands in for the module `k6/metrics`: metrics of the script's own, whose tags are kept within bounds.
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

export const Counter = bounded(metrics.Counter as unknown as Kind);
export const Gauge = bounded(metrics.Gauge as unknown as Kind);
export const Rate = bounded(metrics.Rate as unknown as Kind);
export const Trend = bounded(metrics.Trend as unknown as Kind);

export default { Counter, Gauge, Rate, Trend };
