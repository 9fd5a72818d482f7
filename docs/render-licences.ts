// The page of what the project is made with, and under which licences: written from package-lock.json.
import { z } from 'zod';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: z.string().optional(), dev: z.boolean().optional() }),
  ),
});

/** Packages whose lock entry names no licence, because their package.json says it in an older way. Looked up by hand. */
const SAID_ELSEWHERE: Readonly<Record<string, string>> = {
  buildcheck: 'MIT',
  'cpu-features': 'MIT',
  ssh2: 'MIT',
};

/**
 * What a dependency may be licensed under, as SPDX writes it: permissive, or (MPL-2.0) with duties only for changes to its own files. None
 * of these asks anything of people who use Topolab.
 */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 OR MIT',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT OR Apache-2.0',
  'MPL-2.0',
  'Unlicense',
]);

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; `unknown` where nobody says. */
  readonly licence: string;
  /** Used to develop only: none of it is in what people run. */
  readonly dev: boolean;
}

/** @param lock the text of package-lock.json. */
export function licensedPackages(lock: string): LicensedPackage[] {
  return Object.entries(Lock.parse(JSON.parse(lock)).packages)
    .filter(([path]) => path !== '')
    .map(([path, { version = '', license, dev = false }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { name, version, licence: license ?? SAID_ELSEWHERE[name] ?? 'unknown', dev };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

export function renderLicences(lock: string): string {
  const packages = licensedPackages(lock);
  const licences = [...new Set(packages.map(({ licence }) => licence))].toSorted();
  const of = (licence: string, dev: boolean): LicensedPackage[] =>
    packages.filter((each) => each.licence === licence && each.dev === dev);
  return [
    '# Licences',
    '',
    '_Written by `npm run generate` from package-lock.json; a test refuses a licence that is not allowed (docs/render-licences.ts)._',
    '',
    'Topolab is MIT. The packages it is made with, those of every platform included:',
    '',
    '| licence | used at run time | only to develop |',
    '| ------- | ---------------: | --------------: |',
    ...licences.map(
      (licence) => `| ${licence} | ${of(licence, false).length} | ${of(licence, true).length} |`,
    ),
    '',
    '## Used at run time',
    '',
    ...licences.flatMap((licence) => {
      const names = of(licence, false).map(({ name, version }) => `${name} ${version}`);
      return names.length === 0 ? [] : [`**${licence}**: ${[...new Set(names)].join(', ')}`, ''];
    }),
    'Images that runs use (k6: AGPL-3.0, HAProxy: GPL-2.0, PostgreSQL: PostgreSQL, Prometheus: Apache-2.0, Grafana: AGPL-3.0, Debian packages: their own) are started as they are,',
    'not part of the project; what is changed in none of them needs no licence of ours.',
    '',
  ].join('\n');
}
