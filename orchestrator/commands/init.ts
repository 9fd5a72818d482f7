// `topolab init`: a first scenario for a system of one's own, with the k6 script, the lines and the CI job that belong to it.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ExitCode, TopolabError } from '../errors.ts';
import { type Answers, ciSystems, nameFrom } from '../init/answers.ts';
import { firstFiles, SCENARIO_FILE, withIgnored, withScript } from '../init/first-files.ts';
import { makeFolder, reasonOf } from '../make-folder.ts';
import { printable, printableLine } from '../printable.ts';
import { imageProblem } from '../scenario/text/image-reference.ts';
import { writeWhole } from '../write-whole.ts';
import {
  type ComposedSystem,
  composedSystem,
  composeFilesIn,
  describeEntrances,
  targetIn,
} from './composed-system.ts';

export interface InitOptions {
  /** As flags have them: text. */
  readonly image?: string;
  /** Later ones over earlier ones; true: those that `docker compose` reads in the folder. */
  readonly compose?: readonly string[] | true;
  readonly profile?: readonly string[];
  readonly target?: string;
  readonly port?: string;
  readonly path?: string;
  readonly ready?: string;
  readonly rate?: string;
  readonly ci?: string;
  readonly force?: boolean;
  /** Takes what is not given from defaults, also in a terminal. */
  readonly yes?: boolean;
}

/** Fails with `init-answer-wrong` or `init-files-there` (exit code 2), and has written nothing then. */
export async function initCommand(folder: string, options: InitOptions): Promise<void> {
  const asks = process.stdin.isTTY && process.stdout.isTTY && options.yes !== true;
  const given = asks ? await ask(folder, options) : options;
  const composed =
    given.compose === undefined ? undefined : composedSystem(folder, given.compose, given.profile ?? []);
  const answers = makeAnswers(folder, given, composed);
  const files = firstFiles(answers);
  if (options.force !== true) refuseThere(folder, files);
  const changes = [
    await changeOf(join(folder, '.gitignore'), (text) => withIgnored(text ?? '')),
    await changeOf(join(folder, 'package.json'), (text) =>
      text === undefined ? undefined : withScript(text),
    ),
  ];
  for (const { path, content } of files) {
    await makeFolder(dirname(join(folder, path)));
    await write(join(folder, path), content);
    say(`wrote ${path}`);
  }
  for (const change of changes) if (change !== undefined) await carryOut(change);
  for (const remark of composed?.notHonoured ?? []) say(`note: ${remark}`);
  say(`\nNext: npx topolab run ${SCENARIO_FILE} --setup`);
}

/** What servers take; longer ones they answer with 414. */
const LONGEST_PATH = 2000;
const LONGEST_SHOWN = 60;

type Given = Omit<InitOptions, 'force' | 'yes'>;

/** Only what no flag says. */
async function ask(folder: string, given: Given): Promise<Given> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C: readline would take it for a line of its own.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const question = async (text: string, default_: string) =>
    (await terminal.question(`${text} [${default_}] `)).trim() || default_;
  try {
    const [found] = given.image === undefined ? composeFilesIn(folder) : [];
    const answer =
      given.compose === undefined && found !== undefined
        ? await question('Compose file of your system, or none', found)
        : 'none';
    const answered = answer === found ? true : [answer];
    const compose = given.compose ?? (answer === 'none' ? undefined : answered);
    if (compose !== undefined) {
      const composed = composedSystem(folder, compose, given.profile ?? []);
      return await askOfCompose({ ...given, compose }, composed, question);
    }
    const image = given.image ?? (await question('Image of your system', "Topolab's own server"));
    const own = image === "Topolab's own server";
    return {
      ...given,
      ...(!own && { image }),
      port: given.port ?? (own ? '8080' : await question('Port on which it serves its users', '8080')),
      path: given.path ?? (own ? '/files' : await question('Path that users ask for', '/')),
      rate: given.rate ?? (await question('Requests per second that it has to carry', '20')),
      ci: given.ci ?? (await question('CI: github, gitlab or none', 'none')),
    };
  } finally {
    terminal.close();
  }
}

type Question = (text: string, default_: string) => Promise<string>;

async function askOfCompose(given: Given, { entrances }: ComposedSystem, question: Question): Promise<Given> {
  const [first, ...others] = entrances;
  const target =
    given.target ??
    (first !== undefined && others.length > 0
      ? await question(`Which service users ask (${describeEntrances(entrances)})`, first.group)
      : undefined);
  return {
    ...given,
    ...(target !== undefined && { target }),
    path: given.path ?? (await question('Path that users ask for', '/')),
    rate: given.rate ?? (await question('Requests per second that it has to carry', '20')),
    ci: given.ci ?? (await question('CI: github, gitlab or none', 'none')),
  };
}

function makeAnswers(folder: string, given: Given, composed: ComposedSystem | undefined): Answers {
  const { image, ready, ci = 'none' } = given;
  const path = given.path ?? (image === undefined && composed === undefined ? '/files' : '/');
  const system = ciSystems.find((name) => name === ci);
  const aPath = (text: string) => {
    if (!/^\/\S*$/.test(text)) return 'is not a path; write for example /health';
    return text.length > LONGEST_PATH ? `is longer than ${LONGEST_PATH} characters; write less` : undefined;
  };
  refuse(
    '--ci',
    ci,
    system === undefined && ci !== 'none'
      ? `is not known here; write ${ciSystems.join(', ')} or none`
      : undefined,
  );
  refuse('--path', path, aPath(path));
  if (ready !== undefined) refuse('--ready', ready, aPath(ready));
  if (image !== undefined) refuse('--image', image, imageProblem(image));
  if (image !== undefined && composed !== undefined)
    refuse('--image', image, "can't stand beside --compose; write one of them");
  const [profile] = given.profile ?? [];
  if (profile !== undefined && composed === undefined)
    refuse('--profile', profile, 'is a profile of a compose file; write --compose too');
  return {
    name: nameFrom(basename(resolve(folder))),
    image: image ?? null,
    compose:
      composed === undefined
        ? null
        : {
            files: composed.files,
            profiles: composed.profiles,
            target: targetIn(composed, given.target),
          },
    port: wholeNumber('--port', given.port ?? '8080', 65_535),
    path,
    ready: ready ?? null,
    ratePerSecond: wholeNumber('--rate', (given.rate ?? '20').replace(/\/s$/, ''), 5000),
    ci: system ?? null,
  };
}

function wholeNumber(flag: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  refuse(
    flag,
    text,
    value >= 1 && value <= most
      ? undefined
      : `is not a number that fits; write a whole number from 1 to ${most}`,
  );
  return value;
}

/** Fails where there is a problem, worded as those of scenarios: `is not …; write …`. */
function refuse(flag: string, value: string, problem: string | undefined): void {
  if (problem === undefined) return;
  // What is wrong with it stands at the end, and is not to be cut off.
  const shown = JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
  throw new TopolabError(printableLine(`${flag} ${shown}: ${problem}`, 300), {
    code: 'init-answer-wrong',
    exitCode: ExitCode.usage,
  });
}

function refuseThere(folder: string, files: readonly { readonly path: string }[]): void {
  const there = files.map(({ path }) => path).filter((path) => existsSync(join(folder, path)));
  if (there.length === 0) return;
  throw new TopolabError(
    `init in ${printable(folder)}: ${there.join(', ')} already ${there.length === 1 ? 'exists' : 'exist'}; nothing was written`,
    {
      code: 'init-files-there',
      hint: 'Go to another folder, or replace them with --force.',
      exitCode: ExitCode.usage,
    },
  );
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

function notWritten(path: string, cause: unknown): TopolabError {
  return new TopolabError(`write ${printable(path)}: ${reasonOf(cause)}`, {
    code: 'init-not-written',
    hint: 'Go to a folder that can be written to.',
    exitCode: ExitCode.usage,
    cause,
  });
}

interface Change {
  readonly path: string;
  readonly isNew: boolean;
  readonly content: string;
}

/** Of a file that may be there already: keeps what is in it. Undefined where nothing is to be changed. */
async function changeOf(
  path: string,
  changed: (text: string | undefined) => string | undefined,
): Promise<Change | undefined> {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw notWritten(path, error);
  });
  const content = changed(before);
  return content === undefined ? undefined : { path, isNew: before === undefined, content };
}

async function carryOut({ path, isNew, content }: Change): Promise<void> {
  try {
    await writeWhole(path, content);
  } catch (cause) {
    throw notWritten(path, cause);
  }
  say(`${isNew ? 'wrote' : 'added to'} ${basename(path)}`);
}

function say(text: string): void {
  process.stdout.write(printable(`${text}\n`));
}
