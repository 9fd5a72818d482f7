// Loaded into the orchestrator before its own code (`node --import`): notes once a second how much CPU time the process has used, and
// writes that down when it exits. Works wherever Node does, and costs the process next to nothing.
import { writeFileSync } from 'node:fs';

const file = process.env.TOPOLAB_BENCH_CPU;
const samples: { atMs: number; cpuSeconds: number }[] = [];

function sample(): void {
  const { user, system } = process.cpuUsage();
  samples.push({ atMs: Date.now(), cpuSeconds: (user + system) / 1e6 });
}

if (file !== undefined) {
  setInterval(sample, 1000).unref();
  process.on('exit', () => {
    sample();
    writeFileSync(file, JSON.stringify(samples));
  });
}
