// Servers that come and go by themselves, as many as may be.
import { resolveScenario } from '../../orchestrator/scenario/resolve-scenario.ts';
import type { Scenario } from '../../orchestrator/scenario/scenario.ts';

/** As many join as leave; a session lasts a minute in the mean, unless it is said otherwise. */
export function churningScenario(
  nodes: number,
  { seconds, sessionSeconds = 60 }: { readonly seconds: number; readonly sessionSeconds?: number },
): Scenario {
  const arrivalMs = Math.max(1, Math.round((sessionSeconds * 1000) / nodes));
  const result = resolveScenario(
    {
      name: 'scale',
      groups: {
        servers: {
          role: 'server',
          replicas: nodes,
          cpus: 0.1,
          memory: '64MiB',
          churn: {
            sessions: { exponential: `${sessionSeconds}s` },
            arrivals: { exponential: `${arrivalMs}ms` },
            cleanShare: 0.5,
          },
        },
      },
      phases: [{ name: 'run', duration: `${seconds}s` }],
    },
    { baseDir: '/', fileProblem: () => undefined },
  );
  if (result.ok) return result.scenario;
  throw new Error(JSON.stringify(result.problems));
}
