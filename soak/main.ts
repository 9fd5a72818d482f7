// `npm run soak`: breaks runs in every way that is known, and looks whether the verdict says so. Hours are not too much for it; nothing in
// CI waits for it but a short form (test/docker/sabotages.test.ts, kills.test.ts).
//
//   npm run soak                          sabotages, 50 kills, 100,000 mutated files
//   npm run soak -- sabotages paused      those whose row has the word
//   npm run soak -- sabotages --missing   those that have not had the right verdict yet
//   npm run soak -- kills 5 --seed 3
//   npm run soak -- files 1000
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ExitCode } from '../orchestrator/errors.ts';
import { killRun, planKills } from './kills/kill-run.ts';
import { runSabotage } from './sabotages/run-sabotage.ts';
import type { Sabotage } from './sabotages/sabotage.ts';
import { type AllSaid, saidFile } from './said.ts';
import { soakProgram } from './soak-program.ts';
import setUpTemporaryFolder from '../test/temporary-folder.ts';

const readSaid = (): AllSaid => JSON.parse(readFileSync(saidFile, 'utf8')) as AllSaid;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Returns how many verdicts were wrong. What was said is kept for docs/validity.md. */
async function breakRuns(chosen: readonly Sabotage[]): Promise<number> {
  const all = readSaid();
  let wrong = 0;
  for (const sabotage of chosen) {
    const said = await runSabotage(sabotage);
    say(`${said.isRight ? '✓' : '✗'} ${sabotage.breaks}\n    ${said.outcome}: ${said.sentence}`);
    if (said.isRight) {
      // Where the scenario lay is another place each time.
      const sentence = said.sentence.replaceAll(/\S*topolab-test-\w+\//g, '');
      all[sabotage.breaks] = { outcome: said.outcome, sentence };
    } else {
      wrong++;
      delete all[sabotage.breaks];
      for (const reason of said.reasons) say(`    | ${reason}`);
    }
    writeFileSync(saidFile, `${JSON.stringify(all, null, 2)}\n`);
  }
  return wrong;
}

/** Returns how many kills left something, or ended a run that should have gone on. */
async function killRuns(count: number, seed: number): Promise<number> {
  let wrong = 0;
  let telling = 0;
  for (const kill of planKills(seed, count)) {
    const { hadThen, goneAfterMs, takenByNextRun, left, wentOn } = await killRun(kill);
    if (hadThen.length > 0) telling++;
    const isRight = left.length === 0 && wentOn !== false;
    if (!isRight) wrong++;
    const late = takenByNextRun.length === 0 ? '' : `; the next run took ${takenByNextRun.join(', ')}`;
    const stays = left.length === 0 ? '' : `; left: ${left.join(', ')}`;
    say(
      `${isRight ? '✓' : '✗'} ${kill.victim} at ${kill.atMs} ms, with ${hadThen.length} containers and networks: nothing left after ${goneAfterMs} ms${late}${stays}`,
    );
  }
  if (count > 0) say(`${telling} of ${count} kills came when there was something to leave behind.`);
  if (telling < count / 2) {
    say('✗ Fewer than half of them show anything: this host is too slow, or too busy.');
    wrong++;
  }
  return wrong;
}

/** Returns whether any file was wrong, as 1; they are kept. */
function mutateFiles(count: number, seed: number): number {
  const fuzz = fileURLToPath(new URL('../test/fuzz/main.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [fuzz, '--files', String(count), '--seed', String(seed)], {
    stdio: 'inherit',
  });
  return status === 0 ? 0 : 1;
}

const program = soakProgram(readSaid(), async ({ sabotages, kills, files, seed }) => {
  const removeRuns = setUpTemporaryFolder();
  let wrong = await breakRuns(sabotages);
  wrong += await killRuns(kills, seed);
  if (files > 0) wrong += mutateFiles(files, seed);
  say(wrong === 0 ? 'All as it should be.' : `${wrong} wrong. The runs are kept in ${tmpdir()}.`);
  if (wrong === 0) removeRuns();
  process.exitCode = wrong === 0 ? ExitCode.pass : ExitCode.broken;
});
await program
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? ExitCode.pass : ExitCode.usage))
  .parseAsync();
