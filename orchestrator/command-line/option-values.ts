// What an option's text says; what can't be meant is refused before anything begins.
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { messageOf } from '../errors.ts';
import { parseDuration } from '../scenario/text/units.ts';

/** As in scenario files: random streams are made from 32 bits. */
export const LARGEST_SEED = 2 ** 32 - 1;

/** Digits only: an empty text is no zero, and 1e3 is not how a seed or a port is written. */
export function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  }
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('Write a number above 0, such as 0.1.');
}

/** `5%` or `0.05`. */
export function shareOf(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (!(share >= 0 && share <= 1))
    throw new InvalidArgumentError('Write a share from 0% to 100%, such as 5%.');
  return share;
}

/** From a second on, in milliseconds. */
export function durationOf(text: string): number {
  const ms = parseDuration(text.trim());
  if (ms === undefined || ms < 1000)
    throw new InvalidArgumentError('Write a duration from 1s on, such as 20m.');
  return ms;
}

/** @param example a name for the folder, where this one is refused. */
export function folderToMake(text: string, example: string): string {
  const problem = text === '' ? 'a name is missing' : obstacleTo(resolve(text), 'folder');
  if (problem === undefined) return text;
  throw new InvalidArgumentError(`${problem}. Name a folder, such as ${example}.`);
}

/** Found out before a run of minutes, not when its result is to be written. */
export function fileToWrite(text: string): string {
  const problem = text === '' ? 'a name is missing' : obstacleTo(resolve(text), 'file');
  if (problem === undefined) return text;
  throw new InvalidArgumentError(`${problem}. Name a file, such as result.xml.`);
}

/** What stands where a file or folder is to be made; undefined where nothing does. */
function obstacleTo(path: string, kind: 'file' | 'folder'): string | undefined {
  if (path.includes('\0')) return 'a name holds no NUL character';
  try {
    const there = statSync(path);
    if (there.isDirectory() === (kind === 'folder')) return undefined;
    return there.isDirectory() ? `${path} is a folder` : `${path} is a file`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = (code === 'ENOENT' || code === 'ENOTDIR') && dirname(path) !== path;
    return missing ? obstacleTo(dirname(path), 'folder') : messageOf(error);
  }
}
