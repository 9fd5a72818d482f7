// What is being done to the system, whether it was seen to bite, and how long others took to notice and to get over it.
import type { Panel } from './panel.ts';

const inForce = 'topolab_fault_in_force{run=~"$run"}';

export const faultsInForcePanel: Panel = {
  id: 'faults-in-force',
  title: 'Faults in force',
  help: 'Nodes that have a fault, by kind, and on how many of them no look has seen it take effect yet: if that stays above zero, the fault does nothing.',
  unit: 'count',
  style: 'step',
  queries: [
    { expr: `sum by (run, kind) (${inForce})`, legend: '{{kind}}', needs: ['fault'] },
    {
      expr: `sum by (run) (topolab_fault_in_force{run=~"$run", seen="false"}) or 0 * sum by (run) (${inForce})`,
      legend: 'not seen yet',
      needs: ['fault'],
    },
  ],
};

export const faultyNodesPanel: Panel = {
  id: 'faulty-nodes',
  title: 'Faults of each node',
  help: 'How many faults each node has. Nodes that were killed are not there any more.',
  unit: 'count',
  style: 'step',
  queries: [{ expr: `sum by (run, group, target) (${inForce})`, legend: '{{target}}', needs: ['fault'] }],
};

export const faultsSeenPanel: Panel = {
  id: 'faults-seen',
  title: 'Until faults were seen to begin and to end',
  help: 'Time from when a fault was to begin, or to be undone, until somebody who looked at its node saw it take effect, or saw it gone. Times until others detect it are counted from there.',
  unit: 'seconds',
  style: 'step',
  queries: [
    {
      expr: 'max by (run, fault, kind, moment) (topolab_fault_seen_after_seconds{run=~"$run"})',
      legend: '{{fault}} {{kind}} {{moment}}',
      needs: ['fault'],
    },
  ],
};

const faultCostPanel: Panel = {
  id: 'fault-cost',
  title: 'Until detected, and until users were served as before',
  help: 'For each fault of a finished run: time until the balancer took a node out or a peer lost a neighbour (without either, until operations stopped failing), and until 95 % of the rate before it was served again and nothing failed, from its beginning and from its end. It is there once the run has been measured, in a Prometheus that outlives the run.',
  unit: 'seconds',
  style: 'step',
  queries: [
    {
      expr: 'max by (run, fault, kind) (topolab_fault_detected_after_seconds{run=~"$run"})',
      legend: '{{fault}} {{kind}} detected',
      needs: ['measured-fault'],
    },
    {
      expr: 'max by (run, fault, kind) (topolab_fault_recovered_after_seconds{run=~"$run"})',
      legend: '{{fault}} {{kind}} recovered',
      needs: ['measured-fault'],
    },
    {
      expr: 'max by (run, fault, kind) (topolab_fault_recovered_after_end_seconds{run=~"$run"})',
      legend: '{{fault}} {{kind}} recovered, from its end',
      needs: ['measured-fault'],
    },
  ],
};

const faultOperationsPanel: Panel = {
  id: 'fault-operations',
  title: 'Operations that faults cost',
  help: 'For each fault of a finished run: operations that failed or hung until users were served as before (lost), and those that were answered too late meanwhile (slow). It is there once the run has been measured, in a Prometheus that outlives the run.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: 'max by (run, fault, kind, outcome) (topolab_fault_operations{run=~"$run"})',
      legend: '{{fault}} {{kind}} {{outcome}}',
      needs: ['measured-fault'],
    },
  ],
};

const faultUsersPanel: Panel = {
  id: 'fault-users',
  title: 'Users that faults touched',
  help: 'For each fault of a finished run: share of the users with an operation that failed or hung; in an open load each iteration is another user. It is there once the run has been measured, in a Prometheus that outlives the run.',
  unit: 'share',
  style: 'step',
  queries: [
    {
      expr: 'max by (run, fault, kind) (topolab_fault_users_touched_share{run=~"$run"})',
      legend: '{{fault}} {{kind}}',
      needs: ['measured-fault'],
    },
  ],
};

/** What faults cost, known only once the run has been measured: for dashboards, not for reports. */
export const faultCostPanels: readonly Panel[] = [faultCostPanel, faultOperationsPanel, faultUsersPanel];

export const packetDelayPanel: Panel = {
  id: 'packet-delay',
  title: 'Delay of packets',
  help: 'Median time that packets waited before they reached a node, so far in the load, where Topolab delays them itself, and the delay that the links of each group ask for.',
  unit: 'seconds',
  queries: [
    {
      expr: 'max by (run, target, asked) (topolab_packet_delay_seconds{run=~"$run", quantile="0.5"})',
      legend: '{{target}}, {{asked}}',
      needs: ['delay-program'],
    },
    {
      expr: 'max by (run, group) (topolab_link_delay_seconds{run=~"$run"})',
      legend: '{{group}}, asked',
      needs: ['link-delay'],
    },
  ],
};
