// All temporary files of a test run are in one folder, which goes with it, whatever its tests forget.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Workers and the programs that they start take over this environment. */
export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'topolab-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
