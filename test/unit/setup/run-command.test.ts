import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../../orchestrator/setup/run-command.ts';

const node = process.execPath;
const quiet = { onLine: () => {}, signal: new AbortController().signal };

describe('running a program of the host', () => {
  test('gives its exit code and the lines of both streams', async () => {
    const script = "console.log('out'); console.error('err'); process.exitCode = 3;";
    const result = await runCommand(node, ['-e', script], quiet);
    expect(result.exitCode).toBe(3);
    expect(result.lastLines.toSorted()).toEqual(['err', 'out']);
  });

  test('a program that is not there ends like in a shell, with 127', async () => {
    expect(await runCommand('topolab-no-such-program', [], quiet)).toEqual({ exitCode: 127, lastLines: [] });
  });

  test('hands its output on unread where that is wanted', async () => {
    let taken = '';
    const takeStdout = async (stdout: NodeJS.ReadableStream): Promise<void> => {
      taken = await text(stdout);
    };
    await runCommand(node, ['-e', "process.stdout.write('a tar')"], { ...quiet, takeStdout });
    expect(taken).toBe('a tar');
  });

  test('ends the program where its output is refused, and throws the refusal', async () => {
    const takeStdout = async (): Promise<void> => {
      throw new Error('the engine refused it');
    };
    const script = "setInterval(() => process.stdout.write('x'.repeat(100_000)), 1)";
    const work = runCommand(node, ['-e', script], { ...quiet, takeStdout });
    await expect(work).rejects.toThrow('the engine refused it');
  });
});
