// What a calibration runs, and what theory expects of it. Pure: everything here is known before anything is measured.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { calibrationEnvironment } from '../../node-image/contract/calibration-environment.ts';
import { chooseArrivals } from '../capacity/poisson-arrivals.ts';
import { waitingInMd1 } from '../capacity/queueing.ts';
import { K6_IMAGE, NODE_IMAGE } from '../image-names.ts';
import { ordinaryContainer } from '../scenario/groups/group-common.ts';
import type { Load, LoadModel } from '../scenario/load/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ArrivalStage } from './load/arrival-plan.ts';

/** Long enough that a tenth of a millisecond of noise is little beside the waiting times. */
export const serviceMs = 10;
export const stallMs = 1000;
export const stallRate = 200;
export const fileBytes = 4 * 1024 ** 2;
const PROGRAM = fileURLToPath(new URL('..', import.meta.url));
const arrivalsScript = fileURLToPath(new URL('./load/arrivals-load.ts', import.meta.url));
const plainScript = fileURLToPath(new URL('./load/plain-load.ts', import.meta.url));

/** Waiting times of arrivals at this share of the server's rate. */
const uses = [0.5, 0.8, 0.9] as const;
/** Virtual users: more than ever wait at once, at ρ = 0.9 some 40. */
const virtualUsers = 120;

export interface CalibrationPlan {
  readonly quick: boolean;
  /** Warm-up, the stage in which nobody waits, and one stage for each load. */
  readonly stages: readonly ArrivalStage[];
  readonly queues: readonly QueueStage[];
  readonly stallTestMs: number;
  /** The stall begins so long after the load. */
  readonly stallAtMs: number;
  readonly downloads: number;
  /** Of waiting times and of latencies under a stall. */
  readonly tolerance: number;
}

export interface QueueStage {
  readonly stage: string;
  /** ρ. */
  readonly use: number;
  /** M/D/1: ρ·s / (2(1-ρ)), milliseconds. */
  readonly expectedMs: number;
  /** What the chosen arrivals come to by Lindley's recursion, milliseconds. */
  readonly chosenMs: number;
  /** What arrivals of this length scatter by if they are not chosen: one standard error as a share. */
  readonly luck: number;
}

/** The stage in which arrivals are so far apart that nobody waits. */
export const aloneStage = 'alone';

export function planCalibration(quick: boolean, seed: number): CalibrationPlan {
  const secondsAt = quick ? [6, 8, 10] : [24, 30, 40];
  const queues = uses.map((use, index) => {
    const ratePerSecond = (use * 1000) / serviceMs;
    const count = Math.round(ratePerSecond * (secondsAt[index] ?? 0));
    const expectedMs = waitingInMd1(use, serviceMs);
    // Seeds of the stages must not overlap: chooseArrivals tries 400 in a row.
    const chosen = chooseArrivals({ seed: seed + 1000 * index, ratePerSecond, count, serviceMs, expectedMs });
    const name = `rho-${use}`;
    const stage: ArrivalStage = { name, ratePerSecond, count, seed: chosen.seed };
    return { stage, queue: { stage: name, use, expectedMs, chosenMs: chosen.meanWaitMs, luck: chosen.luck } };
  });
  return {
    quick,
    stages: [
      // Opens the connection of every virtual user, and lets the server's code be compiled.
      { name: 'warm-up', ratePerSecond: 60, count: virtualUsers + 30, seed: null },
      { name: aloneStage, ratePerSecond: 20, count: quick ? 80 : 200, seed: null },
      ...queues.map(({ stage }) => stage),
    ],
    queues: queues.map(({ queue }) => queue),
    stallTestMs: quick ? 10_000 : 20_000,
    stallAtMs: 4000,
    downloads: quick ? 4 : 16,
    tolerance: quick ? 0.1 : 0.05,
  };
}

export function calibrationScenario(seed: number): Scenario {
  return {
    name: 'calibrate',
    description: 'A server that is known beforehand, to prove the measurement on this host.',
    seed,
    durationMs: 0,
    groups: [
      {
        name: 'server',
        role: 'server',
        image: NODE_IMAGE,
        pull: null,
        platform: null,
        foreignImage: false,
        version: 1,
        replicas: 1,
        cpus: null,
        memoryBytes: null,
        env: calibrationEnvironment.write({ serviceMs }),
        secrets: {},
        container: ordinaryContainer,
        after: [],
        capabilities: [],
        newPrivileges: false,
        pids: null,
        command: ['calibration'],
        readiness: { probe: { kind: 'http', port: 8080, path: '/ready' }, timeoutMs: 60_000 },
        stopGraceMs: 2000,
        port: 8080,
        // Nothing else shall ask it while its bytes are counted.
        metrics: null,
        zone: null,
        disk: null,
        link: null,
        distances: [],
        churn: null,
        requestCostMs: 0,
        store: null,
        files: {},
        tracker: null,
      },
    ],
    loads: [load('queue', arrivalsScript, { kind: 'script' }, {})],
    phases: [],
    timeline: [],
    objectives: [],
    capacity: null,
    network: { internet: true, between: [] },
    parameters: {},
  };
}

export function queueLoad({ stages }: CalibrationPlan): Load {
  return load(
    'queue',
    arrivalsScript,
    { kind: 'script' },
    { STAGES: JSON.stringify(stages), VUS: String(virtualUsers) },
  );
}

/** Evenly spaced, by the same executor as every open load. */
export function stallLoad({ stallTestMs }: CalibrationPlan): Load {
  return load('stall', plainScript, open(stallRate, stallTestMs, stallRate * 2), {
    TARGET_PATH: '/at-once',
  });
}

export function downloadLoad({ downloads }: CalibrationPlan): Load {
  return load('download', plainScript, open(4, downloads * 250, 8), { TARGET_PATH: `/bytes/${fileBytes}` });
}

function open(rate: number, durationMs: number, maxVirtualUsers: number): LoadModel {
  return { kind: 'open', startRate: rate, stages: [{ durationMs, target: rate }], maxVirtualUsers };
}

function load(
  name: string,
  scriptPath: string,
  model: LoadModel,
  env: Readonly<Record<string, string>>,
): Load {
  const common = {
    target: 'server',
    generators: 1,
    image: K6_IMAGE,
    pull: null,
    platform: null,
    cpus: null,
    memoryBytes: null,
    files: [],
    graceMs: 5000,
    secrets: {},
  };
  return { name, scriptPath, script: relative(PROGRAM, scriptPath), model, env, ...common };
}
