// The order of the commands in `topolab --help`: by what somebody wants to do.
import type { Command } from 'commander';

const LAST = 'Engine and dashboards:';
const GROUPS: readonly (readonly [title: string, commands: readonly string[]])[] = [
  ['Measure:', ['run', 'capacity', 'failures', 'suite', 'calibrate']],
  ['Write a scenario:', ['init', 'validate', 'plan', 'schema']],
  ['Read and compare results:', ['report', 'compare', 'predict']],
  [LAST, ['stack', 'clean']],
];

/** Every command has a group; `help` comes last. */
export function groupInHelp(program: Command): void {
  program.commandsGroup(LAST).helpCommand(true);
  for (const command of program.commands) {
    const group = GROUPS.find(([, commands]) => commands.includes(command.name()));
    if (group === undefined) throw new Error(`topolab ${command.name()} is in no group of the help`);
    command.helpGroup(group[0]);
  }
}
