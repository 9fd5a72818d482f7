import { describe, expect, it } from 'vitest';
import { FrameParser } from '../../../orchestrator/engine/docker/frames.ts';
import { LineSplitter } from '../../../orchestrator/engine/docker/line-splitter.ts';

function frame(source: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = source;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('multiplexed output', () => {
  it('is taken apart wherever the transport cuts it', () => {
    const whole = Buffer.concat([frame(1, 'größer\nzw'), frame(2, 'err ✓\n'), frame(1, ''), frame(1, 'ei')]);
    for (let size = 1; size <= whole.length; size += 1) {
      const frames = new FrameParser();
      const lines = { stdout: new LineSplitter(), stderr: new LineSplitter() };
      const seen = { stdout: [] as string[], stderr: [] as string[] };
      for (let at = 0; at < whole.length; at += size)
        for (const { source, data } of frames.push(whole.subarray(at, at + size)))
          seen[source].push(...lines[source].push(data));
      seen.stdout.push(...lines.stdout.end());
      expect(seen, `in pieces of ${size} bytes`).toEqual({ stdout: ['größer', 'zwei'], stderr: ['err ✓'] });
    }
  });

  it('gives a line that never ends in parts', () => {
    const splitter = new LineSplitter();
    const lines = Array.from({ length: 3 }, () => splitter.push(Buffer.alloc(700_000, 'x'))).flat();
    expect(lines.map((line) => line.length)).toEqual([1_400_000]);
  });
});
