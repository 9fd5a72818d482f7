// What the program that presses on a node from within has used and holds, by the kernel's clocks and counts, and whether that is what is wanted. Pure.
import { type Pressure, sumsOf } from './pressure.ts';

export interface PressureFigures {
  /** Threads that use the CPU, and that write. */
  readonly workers: number;
  readonly writers: number;
  /** CPU time of the workers since the program's start, microseconds, and bytes that the writers wrote and the disk has. */
  readonly cpuUs: number;
  readonly writtenBytes: number;
  /** What it holds. */
  readonly memoryBytes: number;
  readonly filledBytes: number;
  /** Whether it holds as much as it should. */
  readonly isReached: boolean;
}

/** @param earlier of a moment ago: what does not grow from then to now is not used. */
export function isUnder(pressure: Pressure, earlier: PressureFigures, now: PressureFigures): boolean {
  const { busy, share, memory, leaves, disks, full } = sumsOf(pressure);
  const writers = disks.reduce((sum, { workers }) => sum + workers, 0);
  const computes = busy + share > 0;
  const takes = memory > 0 || leaves.length > 0;
  return (
    (computes ? now.workers >= busy && now.cpuUs > earlier.cpuUs : now.workers === 0) &&
    (takes ? now.memoryBytes > 0 && now.memoryBytes >= memory : now.memoryBytes === 0) &&
    now.writers === writers &&
    (writers === 0 || now.writtenBytes > earlier.writtenBytes) &&
    (full.length > 0 || now.filledBytes === 0) &&
    now.isReached
  );
}

/** `2 CPU workers, 16 ms of CPU time since the last look, 16 MiB of memory held`. */
export function sayFigures(earlier: PressureFigures, now: PressureFigures): string {
  const parts = [
    `${now.workers} CPU workers used ${Math.round((now.cpuUs - earlier.cpuUs) / 1000)} ms`,
    `${now.memoryBytes} bytes of memory held`,
    `${now.writers} writers wrote ${now.writtenBytes - earlier.writtenBytes} bytes`,
    `${now.filledBytes} bytes of a disk held`,
  ];
  return parts.join(', ') + (now.isReached ? '' : '; more is to be held');
}
