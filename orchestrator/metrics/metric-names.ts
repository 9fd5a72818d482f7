// Names of the metrics that the orchestrator exports about a run. Every one carries the labels `run` and `scenario`.
// Panels and objectives refer to them by these names, so a name is changed here and in dashboards/panels together.

export const Metric = {
  /** Gauge {load}: iterations per second that the load model asks for at this moment. Absent for closed and script models. */
  offeredRate: 'topolab_offered_rate',
  /** Gauge {group, state="ready|starting|down|leaving"}: nodes of a group. */
  groupNodes: 'topolab_group_nodes',
  /** Gauge {group, revision}: nodes of a group that are ready, by what they run: 1 is what the group has at first, each update counts on. */
  groupRevisionNodes: 'topolab_group_revision_nodes',
  /** Gauge {group}: CPU limit of each node of a group, in cores. Absent where there is none. */
  groupCpuLimitCores: 'topolab_group_cpu_limit_cores',
  /** Gauge {group}: memory limit of each node of a group. Absent where there is none. */
  groupMemoryLimitBytes: 'topolab_group_memory_limit_bytes',
  /**
   * Gauge {group, direction="uplink|downlink"}: rate of the link in force of each node of a group, in payload; +Inf where that direction
   * has no limit, so that a limit that has just come is told from one that was there.
   */
  linkBytesPerSecond: 'topolab_link_bytes_per_second',
  /** Gauge {group}: how much later packets are to reach each node of a group, by the link in force. Absent where they are not delayed. */
  linkDelaySeconds: 'topolab_link_delay_seconds',
  /** Counter {kind, group, action, result="ok|failed"}: actions that have ended; `action` is the plan's id of it. */
  actionsTotal: 'topolab_actions_total',
  /** Gauge {kind, group, action}: when an action started, seconds since 1970. Grafana marks actions with it. */
  actionStartedTimestampSeconds: 'topolab_action_started_timestamp_seconds',
  /** Histogram: actual minus planned start of actions. */
  actionLagSeconds: 'topolab_action_lag_seconds',
  /** Histogram {kind}: from the start of an action to its end, with every node ready or gone. */
  actionDurationSeconds: 'topolab_action_duration_seconds',
  /** Gauge {fault, kind, group, target, seen="true|false"}: 1 while a fault is on the node `target`; `seen`: whether it was seen to bite there. Absent otherwise. */
  faultInForce: 'topolab_fault_in_force',
  /** Gauge {fault, kind, target, moment="began|ended"}: from when a fault was to begin or end until it was seen to have done so. Absent until then. */
  faultSeenAfterSeconds: 'topolab_fault_seen_after_seconds',
  /** Gauge {fault, kind}: until a fault was detected. There when the run has been measured, for faults that were. */
  faultDetectedAfterSeconds: 'topolab_fault_detected_after_seconds',
  /** Gauge {fault, kind}: until users were served as before it. There when the run has been measured, where they were. */
  faultRecoveredAfterSeconds: 'topolab_fault_recovered_after_seconds',
  /** Gauge {fault, kind}: from when a fault was taken back until users were served as before it. There when the run has been measured, where they were. */
  faultRecoveredAfterEndSeconds: 'topolab_fault_recovered_after_end_seconds',
  /** Gauge {fault, kind, outcome="lost|slow"}: operations of users that a fault lost, or made slow. There when the run has been measured. */
  faultOperations: 'topolab_fault_operations',
  /** Gauge {fault, kind}: share of the users with an operation that failed or hung, 0 to 1. There when the run has been measured. */
  faultUsersTouchedShare: 'topolab_fault_users_touched_share',
  /**
   * Gauge {target, quantile="0.5"}: how long packets that reached the node `target` waited, so far in the load. Of nodes whose packets the
   * helper's program delays.
   */
  packetDelaySeconds: 'topolab_packet_delay_seconds',
  /** Counter {result="acknowledged|failed"}: records that the run itself has written, to read them back after the load. */
  recordsWrittenTotal: 'topolab_records_written_total',
  /** Gauge: parts of the network of peers without a connection to each other, when it was looked at last; 1 = connected. */
  networkParts: 'topolab_network_parts',
  /** Gauge: until every peer could reach every other one. Absent until then. */
  timeToConnectedNetworkSeconds: 'topolab_time_to_connected_network_seconds',
  /**
   * Gauge {topology, comparable="true|false"}: the least time in which the links let everybody have the files. Absent where no link is limited.
   * `comparable`: whether a measured time may be held against it, for all ask for one file at once, and none comes or goes.
   */
  distributionBoundSeconds: 'topolab_distribution_bound_seconds',
  /** Gauge {topology}: nodes that want the files, of those at the start. */
  distributionReceivers: 'topolab_distribution_receivers',
  /** Gauge {topology}: bytes of the files times the nodes that want them. */
  distributionWantedBytes: 'topolab_distribution_wanted_bytes',
  /**
   * Gauge {objective, kind, comparison, percentile, phase, load}: the bound of each objective, in the base unit of its kind: seconds for `latency`, `recovered` and `rpo`,
   * a share from 0 to 1 for `errors` and `delivered`, per second for `served`, the query's own for `promql`. Labels that do
   * not apply are empty: `percentile` but for latency, `phase` where it is the whole run, `load` where it is all of them.
   */
  objectiveBound: 'topolab_objective_bound',
  /** Gauge {phase}: 1 for the current phase; the others are absent. */
  phaseInfo: 'topolab_phase_info',
  /** Gauge {phase}: when a phase began, seconds since 1970. */
  phaseStartedTimestampSeconds: 'topolab_phase_started_timestamp_seconds',
  /** Gauge {state}: 1 for what the run is doing now (see RunState); the others are absent. */
  runState: 'topolab_run_state',
  /** Gauge {suite, part, column, trial}: 1 for the cell of a suite's chart that the run is a trial for. Absent from runs of no suite. */
  suiteInfo: 'topolab_suite_info',
  /** Gauge: when the run began, seconds since 1970. Grafana's list of runs comes from it. */
  runStartedTimestampSeconds: 'topolab_run_started_timestamp_seconds',
} as const;

/** What a run is doing, in order. */
export type RunState = 'prepare' | 'ready' | 'execute' | 'drain' | 'collect';
