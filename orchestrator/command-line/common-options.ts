// Options that several commands have.
import { Option } from 'commander';
import { generatorPlaces, placements } from '../cluster/placement.ts';
import { durationOf, fileToWrite, folderToMake, LARGEST_SEED, wholeNumber } from './option-values.ts';

export function setupOption(): Option {
  return new Option('--setup', 'if needed, install and start Docker, and build images that cannot be pulled');
}

export function setOption(
  meaning = 'set a parameter of the scenario; several values (2,4,8 or 2..8) make a sweep; \\, is a comma; repeatable',
): Option {
  return repeatable('--set <name=value>', meaning, "the scenario's defaults");
}

/** @param standard what holds where it is not given, in words. */
export function repeatable(flags: string, meaning: string, standard: string): Option {
  return new Option(flags, meaning)
    .argParser((text, before: string[]) => [...before, text])
    .default([], standard);
}

export function seedOption(meaning = "use this seed instead of the scenario's"): Option {
  return new Option('--seed <number>', meaning).argParser((text) => wholeNumber(text, 0, LARGEST_SEED));
}

/** @param what is not begun any more: `runs` */
export function withinOption(what: string): Option {
  const meaning = `begin only ${what} that are likely to end within this time, such as 20m; those left out are named`;
  return new Option('--within <duration>', meaning).argParser(durationOf);
}

export function engineOption(meaning = 'what to run on'): Option {
  return new Option(
    '--engine <kind>',
    `${meaning}: docker, the engine's own host; swarm, all hosts of the Swarm that the engine manages`,
  )
    .choices(['docker', 'swarm'])
    .default('docker');
}

export function placementOption(): Option {
  return new Option('--placement <way>', 'how containers are placed on the hosts of a Swarm')
    .choices(placements)
    .default('spread');
}

export function generatorsOption(): Option {
  return new Option(
    '--generators <where>',
    'which hosts load generators run on: apart from the nodes under test, or anywhere; default: apart where the hosts have room',
  ).choices(generatorPlaces);
}

export function folderOption(flags: string, meaning: string, standard: string): Option {
  return new Option(flags, meaning).default(standard).argParser((text) => folderToMake(text, standard));
}

export function junitOption(
  meaning = 'write the verdict as JUnit XML, with a test case for each objective',
): Option {
  return new Option('--junit <file>', meaning).argParser(fileToWrite);
}

export function markdownOption(): Option {
  const meaning = 'write a summary in Markdown, for CI pipelines and pull requests';
  return new Option('--markdown <file>', meaning).argParser(fileToWrite);
}
