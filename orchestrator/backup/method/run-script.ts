// Runs a shell script in a container of a store, or of what stands beside it.
import type { Containers } from '../../cluster/containers.ts';
import type { RunningContainer } from '../../engine/engine.ts';
import { TopolabError } from '../../errors.ts';

/** Before each script: `sql` asks the database of the container's own settings, over its socket. */
const tools = `set -euo pipefail
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
sql() { psql -v ON_ERROR_STOP=1 --no-psqlrc -qAt -U "$POSTGRES_USER" -d "\${POSTGRES_DB:-$POSTGRES_USER}" "$@"; }
`;
const keptCharacters = 2000;

/**
 * @param task for the error: `back up database`.
 * @returns what it wrote.
 * @throws TopolabError `backup-failed` where it ends with another code than 0.
 */
export async function runScript(
  containers: Pick<Containers, 'exec'>,
  { id }: RunningContainer,
  script: string,
  task: string,
): Promise<string> {
  const { exitCode, stdout, stderr } = await containers.exec(id, ['bash', '-c', tools + script]);
  if (exitCode === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().slice(-keptCharacters);
  throw new TopolabError(`${task}: it ended with code ${exitCode}\n${said.replaceAll(/^/gm, '  | ')}`, {
    code: 'backup-failed',
  });
}
