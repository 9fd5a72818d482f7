// `topolab calibrate`: proves on this host that measurements can be believed, or says that they can't.
import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ExitCode } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { printableInColour } from '../printable.ts';
import { createProgress, type ProgressStep } from '../live/create-progress.ts';
import { createSetupProgress } from '../live/setup-progress.ts';
import { renderCalibration } from '../report/render-calibration.ts';
import { makeRunId } from '../run/identity/run-id.ts';
import { calibrate } from '../study/calibrate.ts';
import { calibrationScenario } from '../study/calibration-plan.ts';
import type { Calibration } from '../study/calibration-rows.ts';
import { hostsOnRecord } from './chosen-hosts.ts';
import { deployedByRun } from './deployed.ts';
import { prepareEnvironment, prepareHosts } from './prepare-engine.ts';
import { type EngineChoice, hostChoice } from './prepare-options.ts';
import { wantsColour } from './terminal.ts';

export interface CalibrateCommandOptions extends EngineChoice {
  readonly setup?: boolean;
  readonly quick?: boolean;
  readonly seed?: number;
  /** Folder in which the folder of the calibration is made. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Returns 0 where every row agrees, else 4. */
export async function calibrateCommand(options: CalibrateCommandOptions): Promise<number> {
  const colour = wantsColour(process.stdout);
  const calibration = await carryOut(options, colour);
  const path = await keep(calibration, resolve(options.folder));
  const width = process.stdout.columns ?? 120;
  process.stdout.write(printableInColour(`\n${renderCalibration(calibration, { colour, width })}\n`));
  process.stdout.write(`numbers: ${relative('.', path)}\n`);
  return calibration.agrees ? ExitCode.pass : ExitCode.invalid;
}

async function carryOut(options: CalibrateCommandOptions, colour: boolean): Promise<Calibration> {
  const { signal, quick = false, setup = false, seed = 1 } = options;
  const stream = process.stdout;
  const draw = { stream, isTty: stream.isTTY === true, colour };
  using progress = createProgress({ ...draw, now: Date.now });
  const scenario = calibrationScenario(seed);
  const prepare = { ...hostChoice(options), setup, progress: createSetupProgress(draw, progress), signal };
  await using reached = await prepareHosts({ ...prepare, deployed: [deployedByRun(scenario)] });
  const [{ engine }] = reached.hosts;
  for (const remark of engine.reach.remarks) progress.note(`! ${remark}`);
  const { environment, versions } = await prepareEnvironment(reached, scenario, prepare);
  const startedAtMs = Date.now();
  const run = makeRunId('calibrate', new Date(startedAtMs));
  let step: ProgressStep | undefined;
  const { rows, remarks, readings } = await calibrate({
    ...environment,
    run,
    quick,
    seed,
    onStep: (name) => {
      step?.done();
      step = progress.step(name);
    },
    signal,
  });
  step?.done();
  return {
    schemaVersion: 1,
    calibration: run,
    quick,
    startedAtMs,
    tookMs: Date.now() - startedAtMs,
    agrees: rows.every(({ agrees }) => agrees),
    rows,
    remarks,
    versions,
    host: engine.description,
    ...hostsOnRecord(environment),
    readings,
  };
}

/** Returns the path of the calibration's folder. */
async function keep(calibration: Calibration, root: string): Promise<string> {
  const path = join(root, calibration.calibration);
  await makeFolder(path);
  await writeFile(join(path, 'calibration.json'), `${JSON.stringify(calibration, null, 2)}\n`);
  const text = renderCalibration(calibration, { colour: false, width: Number.POSITIVE_INFINITY });
  await writeFile(join(path, 'calibration.txt'), `${text}\n`);
  return path;
}
