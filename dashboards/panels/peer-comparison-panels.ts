// What topologies are compared by where nodes help each other, one figure a run: the same figures as in the report of a sweep. Counters of
// nodes begin at zero with the node, so the highest value within the range is all that it did.
import type { Panel, PanelQuery } from '../panel.ts';
import { figure } from './comparison-panels.ts';

const highest = (metric: string, more = ''): string =>
  `max_over_time(${metric}{run=~"$run"${more}}[$__range])`;
const ofRun = (metric: string, more = ''): string => `max by (run) (${highest(metric, more)})`;

const count = `(${highest('topolab_file_download_seconds_count')} > 0)`;
const everybody = `(count by (run) ${count} >= ${ofRun('topolab_distribution_receivers')})`;
/** Of the last node, once all have the file: until then there is none. */
const time = `(max by (run) (${highest('topolab_file_download_seconds_sum')} / ${count}) and on (run) ${everybody})`;
const wanted = ofRun('topolab_distribution_wanted_bytes');
const bound = ofRun('topolab_distribution_bound_seconds');

/** What the figure is held against: a bar of its own. */
function atBest(expr: string): PanelQuery {
  return { expr, legend: '{{run}}, at best', needs: ['distribution-bound'] };
}

function beside(panel: Panel, best: string): Panel {
  return { ...panel, queries: [...panel.queries, atBest(best)] };
}

export const peerComparison: readonly Panel[] = [
  beside(
    figure(
      {
        id: 'compare-distribution-time',
        title: 'Distribution time',
        help: 'Until the last node had all of the file, as nodes tell it, and in blue the least time that the links allow. There is none while somebody lacks some of it.',
        unit: 'seconds',
      },
      time,
      ['peer-files'],
    ),
    bound,
  ),
  figure(
    {
      id: 'compare-bound-share',
      title: 'Of the bound',
      help: 'The least time that the links allow as a share of the measured one: 100 % is as fast as can be. Only where all asked for one file at once, and nobody came or went.',
      unit: 'share',
      max: 1,
    },
    `${ofRun('topolab_distribution_bound_seconds', ', comparable="true"')} / ${time}`,
    ['peer-files', 'comparable-bound'],
  ),
  beside(
    figure(
      {
        id: 'compare-throughput',
        title: 'Total throughput',
        help: 'What all nodes wanted, over the distribution time, and in blue the most that the links allow.',
        unit: 'bytes-per-second',
      },
      `${wanted} / ${time}`,
      ['peer-files'],
    ),
    `${wanted} / ${bound}`,
  ),
  figure(
    {
      id: 'compare-from-servers',
      title: 'Bytes from servers',
      help: 'What servers had to send of the files. Without help it is the file once for every node.',
      unit: 'bytes',
    },
    `sum by (run) (${highest('topolab_file_bytes_total', ', direction="down", from="server"')})`,
    ['peer-files'],
  ),
  figure(
    {
      id: 'compare-propagation',
      title: 'Propagation p99',
      help: 'The time within which 99 % of all arrivals of messages at other peers had come. The report of a sweep has the median of such figures over the run.',
      unit: 'seconds',
    },
    'histogram_quantile(0.99, sum by (run, le) (increase(topolab_event_delivery_seconds_bucket{run=~"$run"}[$__range])))',
    ['peer-events'],
  ),
  figure(
    {
      id: 'compare-connected',
      title: 'Time to a connected network',
      help: 'Until every node could reach every other one over its neighbours: from when the last of the first nodes was ready, or from the start of the load where connections only come with it.',
      unit: 'seconds',
    },
    ofRun('topolab_time_to_connected_network_seconds'),
    ['peers'],
  ),
];
