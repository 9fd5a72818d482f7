// `topolab predict FOLDER`: what a sweep or study of small sizes says of sizes that nobody has run, and whether that is to be believed.
import { ExitCode, TopolabError } from '../errors.ts';
import { printableInColour } from '../printable.ts';
import { readingSaved } from '../record/folder/saved-documents.ts';
import { readSweep } from '../record/folder/sweep.ts';
import { predictStudy, type StudyPrediction } from '../report/prediction/predict-study.ts';
import { predictSweep, type SweepPrediction } from '../report/prediction/predict-sweep.ts';
import { renderPrediction } from '../report/prediction/render-prediction.ts';
import { holdsStudy, readStudy } from '../study/read-study.ts';
import { wantsColour } from './terminal.ts';

export interface PredictCommandOptions {
  /** Numbers of nodes or users. */
  readonly at: readonly number[];
  /** Operations per second, in place of what the scenario says. */
  readonly ratePerUser?: number;
  readonly json?: boolean;
}

export async function predictCommand(folder: string, options: PredictCommandOptions): Promise<void> {
  const prediction = await readingSaved(folder, () => predictFrom(folder, options));
  const text = options.json
    ? JSON.stringify({ schemaVersion: 1, isPrediction: true, ...prediction }, null, 2)
    : renderPrediction(prediction, {
        colour: wantsColour(process.stdout),
        width: process.stdout.columns ?? 120,
      });
  process.stdout.write(printableInColour(`${text}\n`));
}

async function predictFrom(
  folder: string,
  { at, ratePerUser }: PredictCommandOptions,
): Promise<SweepPrediction | StudyPrediction> {
  const sweep = await readSweep(folder);
  if (sweep !== undefined) return predictSweep(sweep, at);
  if (await holdsStudy(folder)) return predictStudy(await readStudy(folder), at, ratePerUser);
  throw new TopolabError(`predict ${folder}: it holds neither a sweep nor a study`, {
    code: 'not-predictable',
    hint: 'Name runs/sweep-… of a sweep over several sizes, or studies/… of `topolab capacity`.',
    exitCode: ExitCode.usage,
  });
}
