// What the scenarios that people run first have in common.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const folder = resolve(import.meta.dirname, '../../../scenarios');

it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
  '%s names the schema by which editors complete it, in its first line',
  (name) => {
    const path = join(folder, name);
    const [first = ''] = readFileSync(path, 'utf8').split('\n');
    expect(first).toMatch(/^# yaml-language-server: \$schema=\S+$/);
    const schema = resolve(dirname(path), first.replace(/^.*=/, ''));
    expect(existsSync(schema)).toBe(true);
  },
);
