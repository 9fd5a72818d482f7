// Names of what generators push, as Prometheus has them. Those of `k6_topolab_…` come from the module that Topolab wraps around a script
// (load/); every one of them, and `http_req_…`, carries the label `window`.

export const K6Metric = {
  requests: 'k6_http_reqs_total',
  requestDuration: 'k6_http_req_duration_seconds',
  /** Until a request had a connection, which is no part of its duration. */
  requestBlocked: 'k6_http_req_blocked_seconds',
  /** From when a request was sent until its answer began. */
  requestWaiting: 'k6_http_req_waiting_seconds',
  callDuration: 'k6_grpc_req_duration_seconds',
  dropped: 'k6_dropped_iterations_total',
  iterationsEnded: 'k6_iterations_total',
  iterationDuration: 'k6_iteration_duration_seconds',
  virtualUsers: 'k6_vus',
  messagesSent: 'k6_ws_msgs_sent_total',
  messagesReceived: 'k6_ws_msgs_received_total',
  /** Bytes, of whatever protocol goes by k6's own connections; counted as an iteration ends, also where there were none. */
  dataSent: 'k6_data_sent_total',
  requestsStarted: 'k6_topolab_requests_started_total',
  requestsEnded: 'k6_topolab_requests_ended_total',
  /** Requests that were redirected until k6 gave up. */
  requestsSentOn: 'k6_topolab_requests_sent_on_total',
  /** Streams of gRPC that were answered and went on at the end of the load. */
  requestsLeftOpen: 'k6_topolab_requests_left_open_total',
  /** Streams of gRPC that were answered, and closed by their script. */
  requestsClosed: 'k6_topolab_requests_closed_total',
  /** How long each request without an answer had waited. */
  unanswered: 'k6_topolab_unanswered_seconds',
  /** Time that users spent on requests that were never answered, in the window in which it passed. */
  hung: 'k6_topolab_hung_seconds_total',
  /** What was left of the load, by windows, as users began to wait for what k6 alone can end; and the same again of those who waited no longer. */
  waitsBooked: 'k6_topolab_waits_booked_seconds_total',
  waitsOver: 'k6_topolab_waits_over_seconds_total',
  iterationsStarted: 'k6_topolab_iterations_started_total',
  /** Of each iteration of an open load that started more than a second late: by how much. */
  startLag: 'k6_topolab_start_lag_seconds',
  /** {outcome="done|failed|disconnected|exception|unfinished"} */
  iterationsOver: 'k6_topolab_iterations_ended_total',
  /** Iterations of a virtual user that failed, by the user. {user} */
  usersFailed: 'k6_topolab_users_failed_total',
  /** What was added to each rate of the script's own. {topolab_rate, topolab_outcome="yes|no"} */
  rates: 'k6_topolab_rates_total',
  /** {check, outcome="pass|fail"} */
  checks: 'k6_topolab_checks_total',
} as const;
