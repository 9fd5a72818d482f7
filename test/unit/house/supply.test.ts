// What the project is made of: every package pinned by its hash, and under a licence that may be used.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ALLOWED_LICENCES, licensedPackages } from '../../../docs/render-licences.ts';

const lock = readFileSync(fileURLToPath(new URL('../../../package-lock.json', import.meta.url)), 'utf8');

test('every package in the lock file is pinned by its hash, those of other platforms too', () => {
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>;
  };
  const loose = Object.entries(packages).filter(
    ([path, { integrity = '', link }]) => path !== '' && link !== true && !integrity.startsWith('sha512-'),
  );
  // npm leaves hashes out of entries that it did not install: remove these entries, then npm install --package-lock-only.
  expect(loose.map(([path]) => path)).toEqual([]);
  const elsewhere = Object.entries(packages).filter(
    ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
  );
  expect(elsewhere).toEqual([]);
});

test('every package has a licence that is allowed', () => {
  const refused = licensedPackages(lock).filter(({ licence }) => !ALLOWED_LICENCES.has(licence));
  expect(refused).toEqual([]);
});

test('a licence that asks something of users, or none, is refused', () => {
  const packages = { 'node_modules/a': { version: '1.0.0', license: 'GPL-3.0-only' }, 'node_modules/b': {} };
  const refused = licensedPackages(JSON.stringify({ packages })).filter(
    ({ licence }) => !ALLOWED_LICENCES.has(licence),
  );
  expect(refused.map(({ name, licence }) => `${name} ${licence}`)).toEqual(['a GPL-3.0-only', 'b unknown']);
});
