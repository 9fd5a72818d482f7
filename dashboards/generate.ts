// `npm run generate` writes dashboards/generated from panels and rules; it is committed, and a test fails where it differs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { peersDashboard } from './peers.ts';
import { rulesYaml } from './rules/rules-yaml.ts';
import { runOverviewDashboard } from './run-overview.ts';

/** File name in dashboards/generated → content. */
export function generatedDashboards(): Readonly<Record<string, string>> {
  return {
    'peers.json': asText(peersDashboard()),
    'run-overview.json': asText(runOverviewDashboard()),
    'topolab-rules.yaml': rulesYaml(),
  };
}

function asText(dashboard: object): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

async function writeDashboards(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(generatedDashboards())) {
    await writeFile(join(folder, name), content);
  }
}

if (import.meta.main) await writeDashboards(join(import.meta.dirname, 'generated'));
