// What topologies are compared by where nodes help each other, one figure a run: the same figures as in the report of a sweep. Counters of
// nodes begin at zero with the node, so the highest value within the range is all that it did.
import type { Panel, PanelQuery } from './panel.ts';
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
        help: 'Time until the last node had the whole file, as reported by the nodes; in blue, the lower bound set by the links. There is no value while any node’s copy is incomplete.',
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
      title: 'Share of the bound',
      help: 'The lower bound set by the links as a share of the measured time: 100 % is the fastest possible. Only if all nodes requested one file at the same time, and none joined or left.',
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
        help: 'Bytes that all nodes requested, divided by the distribution time; in blue, the most that the links allow.',
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
      help: 'Bytes of files that servers sent. If clients don’t help each other, it is the whole file once for each node.',
      unit: 'bytes',
    },
    `sum by (run) (${highest('topolab_file_bytes_total', ', direction="down", from="server"')})`,
    ['peer-files'],
  ),
  figure(
    {
      id: 'compare-propagation',
      title: 'Propagation p99',
      help: 'Time within which 99 % of the messages arrived at other peers. The report of a sweep shows the median of this figure over the run.',
      unit: 'seconds',
    },
    'histogram_quantile(0.99, sum by (run, le) (increase(topolab_event_delivery_seconds_bucket{run=~"$run"}[$__range])))',
    ['peer-events'],
  ),
  figure(
    {
      id: 'compare-connected',
      title: 'Time to a connected network',
      help: 'Time until every node could reach every other one through its neighbours. It counts from the moment when all initial nodes were ready, or from the start of the load if nodes only connect then.',
      unit: 'seconds',
    },
    ofRun('topolab_time_to_connected_network_seconds'),
    ['peers'],
  ),
];
