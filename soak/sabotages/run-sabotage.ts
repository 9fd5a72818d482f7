// Carries one sabotage out and holds the verdict against the right one.
import Docker from 'dockerode';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { Label } from '../../orchestrator/engine/engine.ts';
import { messageOf } from '../../orchestrator/errors.ts';
import { runFile } from '../../test/docker/run-file.ts';
import { temporaryFolder } from '../../test/docker/topolab.ts';
import type { Outcome, Right, Sabotage } from './sabotage.ts';
import { writeScenario } from './usual-scenario.ts';

const ACT_AT_MS = 3000;
/** The host was too busy to tell: that may stand beside any verdict, and make it `invalid`. */
const busyHost: readonly string[] = ['host-filled-by-others', 'host-stolen', 'not-watched'];

export interface Said {
  readonly outcome: Outcome;
  /** The reason that was asked for, or the first one. */
  readonly sentence: string;
  /** All of what was said, for whoever looks into a wrong verdict. */
  readonly reasons: readonly string[];
  readonly isRight: boolean;
}

export async function runSabotage(sabotage: Sabotage): Promise<Said> {
  await using engine = await connectDocker();
  const over = new AbortController();
  const acting: Promise<void>[] = [];
  let run = '';
  const act = async (): Promise<void> => {
    const docker = new Docker();
    const container = async (node: string) => {
      const { containers } = await engine.list(run);
      const found = containers.find(({ labels }) => labels[Label.node] === node);
      if (found === undefined) throw new Error(`there is no node ${node}`);
      return found;
    };
    await sabotage.act?.({ engine, docker, run, container, over: over.signal });
  };
  try {
    const result = await runFile(engine, writeScenario(sabotage), {
      runsFolder: temporaryFolder(),
      onEvent: (event) => {
        if (event.type === 'run-started') run = event.run;
        if (event.type === 'load-started')
          setTimeout(() => acting.push(act().catch((error) => console.error(messageOf(error)))), ACT_AT_MS);
      },
      signal: AbortSignal.timeout(300_000),
    });
    over.abort();
    await Promise.all(acting);
    const { verdict } = result.saved;
    if (verdict === null || verdict === undefined) throw new Error('the run has no verdict');
    const codes = (verdict.findings ?? []).map(({ code }) => code);
    return judge(sabotage.right, verdict.outcome, codes, verdict.reasons);
  } catch (error) {
    return judge(sabotage.right, 'refused', [], [messageOf(error)]);
  } finally {
    over.abort();
  }
}

function judge(
  { outcome: right, code, says }: Right,
  outcome: Outcome,
  codes: readonly string[],
  reasons: readonly string[],
): Said {
  const allowed = typeof right === 'string' ? [right] : right;
  const index = code === undefined ? -1 : codes.indexOf(code);
  const sentence =
    (index >= 0 ? reasons[index] : reasons.find((each) => says?.test(each))) ?? reasons[0] ?? '';
  const isBusy = outcome === 'invalid' && codes.some((each) => busyHost.includes(each));
  const isNamed = (code === undefined || index >= 0) && (says === undefined || says.test(reasons.join('\n')));
  return { outcome, sentence, reasons, isRight: (allowed.includes(outcome) || isBusy) && isNamed };
}
