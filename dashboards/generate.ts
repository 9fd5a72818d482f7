// `npm run generate` writes dashboards/generated from panels and rules; it is committed, and a test fails where it differs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capacityDashboard } from './capacity.ts';
import { faultsDashboard } from './faults.ts';
import { peersDashboard } from './peers.ts';
import { rulesYaml } from './rules/rules-yaml.ts';
import { runOverviewDashboard } from './run-overview.ts';
import { suiteDashboard } from './suite.ts';
import { topologyComparisonDashboard } from './topology-comparison.ts';

/** File name in dashboards/generated → content. */
export function generatedDashboards(): Readonly<Record<string, string>> {
  return {
    'capacity.json': asText(capacityDashboard()),
    'faults.json': asText(faultsDashboard()),
    'peers.json': asText(peersDashboard()),
    'run-overview.json': asText(runOverviewDashboard()),
    'suite.json': asText(suiteDashboard()),
    'topology-comparison.json': asText(topologyComparisonDashboard()),
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
