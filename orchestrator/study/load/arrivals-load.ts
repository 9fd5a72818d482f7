// k6 script of `topolab calibrate`: requests at planned moments. k6's arrival-rate executors space starts evenly; a Poisson process does
// not. So each iteration takes the next arrival of the plan, sleeps until its moment and then asks.
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';
import { Trend } from 'k6/metrics';
import { type Arrival, type ArrivalStage, planArrivals } from './arrival-plan.ts';

const stages = JSON.parse(__ENV['STAGES'] ?? '[]') as ArrivalStage[];
const arrivals = new SharedArray<Arrival>('arrivals', () => planArrivals(stages));
/** From the planned moment of a request to its start: part of its latency. */
const lateness = new Trend('start_lateness', true);
/** Every virtual user is at its first sleep by then. */
const leadMs = 1000;

export const options = {
  discardResponseBodies: true,
  scenarios: {
    arrivals: {
      executor: 'shared-iterations',
      vus: Number(__ENV['VUS']),
      iterations: arrivals.length,
      maxDuration: '10m',
    },
  },
};

/** The clock gives whole milliseconds, half of one too little on average. */
function nowMs(): number {
  return Date.now() + 0.5;
}

export default function ask(): void {
  const arrival = arrivals[exec.scenario.iterationInTest];
  if (arrival === undefined) return;
  const dueMs = exec.scenario.startTime + leadMs + arrival.atMs;
  sleep(Math.max(0, dueMs - nowMs()) / 1000);
  const lateMs = nowMs() - dueMs;
  const tags = { stage: arrival.stage, part: arrival.part };
  http.get(`${__ENV['BASE_URL']}/serve`, { tags });
  lateness.add(lateMs, tags);
}
