// Judges files in a process of its own, which may be ended when one takes too long.
import { type Judgement, judgeFile } from './judge-file.ts';

export interface Answer {
  readonly judgement: Judgement;
  readonly cpuMs: number;
  /** The most memory that the process has had so far. */
  readonly maxRssMiB: number;
}

process.on('message', (path: string) => void answer(path));
process.on('disconnect', () => process.exit());
// What is thrown where nobody waits is a crash of the file at hand.
process.on('uncaughtException', (error) => {
  process.send?.({
    judgement: { kind: 'crash', detail: String(error.stack) },
    cpuMs: 0,
    maxRssMiB: 0,
  } satisfies Answer);
});

async function answer(path: string): Promise<void> {
  const started = process.cpuUsage();
  const judgement = await judgeFile(path);
  const { user, system } = process.cpuUsage(started);
  const maxRssMiB = process.resourceUsage().maxRSS / 1024;
  process.send?.({ judgement, cpuMs: (user + system) / 1000, maxRssMiB } satisfies Answer);
}
