// What k6 itself says of a script, without running it (`k6 inspect --execution-requirements`): how long its own scenarios last, and
// which thresholds it has. Pure.
import { durationMs } from './in-k6/duration-ms.ts';
import { readThresholds, type ScriptThreshold } from './script-thresholds.ts';

/** One of the scenarios in a script's own options. */
export interface ScriptScenario {
  readonly name: string;
  /** When its last iteration starts at the latest, milliseconds after the start of the load; null where nothing bounds it. */
  readonly endMs: number | null;
  /** It may well end before that: its iterations are counted. */
  readonly atMost: boolean;
  readonly graceMs: number;
}

export interface ScriptFacts {
  /** Options of the script that the scenario takes the place of. */
  readonly putAside: readonly string[];
  readonly scenarios: readonly ScriptScenario[];
  readonly thresholds: readonly ScriptThreshold[];
  readonly setupTimeoutMs: number;
}

/** k6's own default. */
const GRACE_MS = 30_000;
const MAX_DURATION_MS = 600_000;
const SETUP_TIMEOUT_MS = 120_000;

/** Undefined where the log has no such answer. */
export function readScriptFacts(log: string, putAside: readonly string[]): ScriptFacts | undefined {
  // What the script says stands on another stream, and may come between.
  const lines = log.split('\n').filter((line) => !line.startsWith('time='));
  const [answer] = /^\{$[\s\S]*^\}$/m.exec(lines.join('\n')) ?? [];
  if (answer === undefined) return undefined;
  let options: Record<string, unknown>;
  try {
    options = JSON.parse(answer) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const scenarios = Object.entries((options['scenarios'] ?? {}) as Record<string, Record<string, unknown>>);
  return {
    putAside,
    scenarios: scenarios.map(([name, each]) => scenarioOf(name, each)),
    thresholds: readThresholds(options['thresholds']),
    setupTimeoutMs: durationMs(options['setupTimeout']) ?? SETUP_TIMEOUT_MS,
  };
}

function scenarioOf(name: string, options: Readonly<Record<string, unknown>>): ScriptScenario {
  const executor = String(options['executor']);
  const atMost = executor.endsWith('-iterations');
  const startMs = durationMs(options['startTime']) ?? 0;
  const lastsMs = atMost ? (durationMs(options['maxDuration']) ?? MAX_DURATION_MS) : lengthOf(options);
  return {
    name,
    endMs: lastsMs === undefined ? null : startMs + lastsMs,
    atMost,
    graceMs: durationMs(options['gracefulStop']) ?? GRACE_MS,
  };
}

function lengthOf(options: Readonly<Record<string, unknown>>): number | undefined {
  const stages = options['stages'] as readonly { duration?: unknown }[] | undefined;
  if (Array.isArray(stages))
    return stages.reduce((sum, { duration }) => sum + (durationMs(duration) ?? 0), 0);
  return durationMs(options['duration']);
}
