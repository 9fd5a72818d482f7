// Writes the reference that comes from code: `node docs/generate.ts`. A unit test fails where the committed files differ.
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { editorJsonSchema, scenarioJsonSchema } from '../orchestrator/scenario/json-schema.ts';
import { suiteJsonSchema } from '../orchestrator/suite/suite-json-schema.ts';
import { renderCompose } from './render-compose.ts';
import { renderFaults } from './render-faults.ts';
import { renderFigures } from './render-figures.ts';
import { renderLicences } from './render-licences.ts';
import { type AllSaid, saidFile } from '../soak/said.ts';
import { renderReference, renderSuiteReference } from './render-reference.ts';
import { renderValidity } from './render-validity.ts';

/** Path from the project's root → content. */
export function generatedDocs(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/scenario.schema.json', `${JSON.stringify(editorJsonSchema(), null, 2)}\n`],
    [
      'docs/licences.md',
      renderLicences(readFileSync(resolve(import.meta.dirname, '../package-lock.json'), 'utf8')),
    ],
    ['docs/reference/compose.md', renderCompose()],
    ['docs/reference/faults.md', renderFaults()],
    ['docs/reference/figures.md', renderFigures()],
    ['docs/reference/scenario.md', renderReference(scenarioJsonSchema())],
    ['docs/reference/suite.md', renderSuiteReference(suiteJsonSchema())],
    ['docs/reference/suite.schema.json', `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`],
    ['docs/validity.md', renderValidity(JSON.parse(readFileSync(saidFile, 'utf8')) as AllSaid)],
  ]);
}

async function writeDocs(): Promise<void> {
  for (const [path, content] of generatedDocs()) {
    const absolute = resolve(import.meta.dirname, '..', path);
    await mkdir(dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
    process.stdout.write(`wrote ${path}\n`);
  }
}

if (import.meta.main) await writeDocs();
