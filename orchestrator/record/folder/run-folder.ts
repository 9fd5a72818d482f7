// A run's folder: where each thing stands, and how it is written and read back. Reports are made from this alone.
//
//   runs/<id>/run.json        the folder's version
//             scenario.json   resolved scenario        scenario.source.yaml  what the user wrote (or .ts)
//             plan.json       the plan                 events.ndjson  the event log
//             metrics.json    samples of every panel   verdict.json   the verdict
//             k6/<node>.json  summary of a generator   logs/<node>.log
//             records.ndjson  records that the run has written itself, and what was found of them
//             report.html     report.json
import { appendFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode, messageOf, TopolabError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { writeWhole } from '../../write-whole.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Verdict } from '../../judge/verdict.ts';
import { pathProblem } from '../../scenario/text/read-bounded.ts';
import { hidingStrings } from '../../secrets/text/hide-values.ts';
import type { ZodType } from 'zod';
import { eventWithFaultId, withListsOfGroups, withFaultIds, withFaults } from './earlier-changes.ts';
import {
  parseDocument,
  planDocument,
  samplesDocument,
  scenarioDocument,
  verdictDocument,
} from './saved-documents.ts';
import { eventDocument } from './event-document.ts';
import { eventsOf, eventToSave, type SavedEvent } from './saved-events.ts';
import type { RunEvent } from '../event.ts';
import { RUN_VERSION, type RunVersion, versionOf } from './run-version.ts';
import type { SavedSamples } from '../samples.ts';

/** All that a saved run holds. Parts that an interrupted run did not reach are undefined. */
export interface SavedRun {
  readonly id: string;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly samples: SavedSamples | undefined;
  readonly verdict: Verdict | undefined;
  /** Generator node → k6's end-of-test summary data. */
  readonly k6Summaries: Readonly<Record<string, unknown>>;
}

interface Documents {
  'scenario.json': Scenario;
  'plan.json': Plan;
  'metrics.json': SavedSamples;
  'verdict.json': Verdict;
}

/** Where a generator's summary stands. */
const SUMMARY = /^k6\/(.+)\.json$/;

/**
 * Writes to a run's folder. Every document is written whole or not at all; events are on disk when `event` returns. What was written
 * is also kept here, so that nobody reads back what this process has just written.
 */
export class RunFolder {
  readonly id: string;
  readonly path: string;

  readonly #hide: (text: string) => string;
  readonly #documents: Partial<Documents> = {};
  readonly #events: RunEvent[] = [];
  readonly #k6Summaries: Record<string, unknown> = {};

  private constructor(id: string, path: string, hide: (text: string) => string) {
    this.id = id;
    this.path = path;
    this.#hide = hide;
  }

  /** `hide` takes secrets out of every text that is written. */
  static async create(
    root: string,
    id: string,
    hide: (text: string) => string = (text) => text,
  ): Promise<RunFolder> {
    const path = join(root, id);
    for (const part of ['k6', 'logs']) await makeFolder(join(path, part));
    const folder = new RunFolder(id, path, hide);
    const version: RunVersion = { schemaVersion: RUN_VERSION, run: id };
    await folder.#write('run.json', `${JSON.stringify(version)}\n`);
    return folder;
  }

  event(event: RunEvent): void {
    const shown = JSON.parse(JSON.stringify(event, hidingStrings(this.#hide))) as RunEvent;
    try {
      appendFileSync(join(this.path, 'events.ndjson'), `${JSON.stringify(eventToSave(shown))}\n`);
    } catch (cause) {
      throw notWritten(this.path, cause);
    }
    this.#events.push(shown);
  }

  async write<Name extends keyof Documents>(name: Name, value: Documents[Name]): Promise<void> {
    // People read the others; of many nodes, samples on lines of their own are three times as long.
    const indent = name === 'metrics.json' ? 0 : 2;
    const text = JSON.stringify(value, hidingStrings(this.#hide), indent);
    await this.#write(name, `${text}\n`);
    this.#documents[name] = JSON.parse(text) as Documents[Name];
  }

  /** `name` is relative to the folder: `logs/servers-1.log`, `k6/users-k6-1.json`. */
  async writeText(name: string, content: string): Promise<void> {
    const text = this.#hide(content);
    await this.#write(name, text);
    const generator = SUMMARY.exec(name)?.[1];
    if (generator !== undefined) this.#k6Summaries[generator] = parsedOrNull(text);
  }

  /** What `readRun` would read by now. Throws before `scenario.json` and `plan.json` were written: that is a bug. */
  saved(): SavedRun {
    const { 'scenario.json': scenario, 'plan.json': plan } = this.#documents;
    if (scenario === undefined || plan === undefined)
      throw new Error('The run has no scenario and plan yet.');
    return {
      id: this.id,
      folder: this.path,
      scenario,
      plan,
      events: [...this.#events],
      samples: this.#documents['metrics.json'],
      verdict: this.#documents['verdict.json'],
      k6Summaries: inOrder(this.#k6Summaries),
    };
  }

  async #write(name: string, content: string): Promise<void> {
    try {
      await writeWhole(join(this.path, name), content);
    } catch (cause) {
      throw notWritten(this.path, cause);
    }
  }
}

function notWritten(folder: string, cause: unknown): TopolabError {
  return new TopolabError(`write to the run's folder ${folder}: ${messageOf(cause)}`, {
    code: 'run-not-written',
    hint: 'Mostly the disk is full, or the folder belongs to another user.',
    cause,
  });
}

/**
 * Reads a run's folder back, also one of an earlier version. A torn last line of the event log (a killed run) is left out.
 * @throws TopolabError `not-a-run`, `folder-damaged`, `folder-newer` (exit code 2).
 */
export async function readRun(folder: string): Promise<SavedRun> {
  const versionFile = join(folder, 'run.json');
  const version = versionOf(versionFile, await readText(versionFile));
  const scenario = await readDocument(folder, 'scenario.json', scenarioDocument);
  const plan = await readDocument(folder, 'plan.json', planDocument);
  const saved = await readEvents(folder);
  if (scenario === undefined || plan === undefined) {
    throw new TopolabError(`read run ${folder}: it holds no run, sweep, study or suite`, {
      code: 'not-a-run',
      hint: 'Name a folder that Topolab made, such as runs/<id>, studies/<id>, failures/<id> or charts/<id>.',
      exitCode: ExitCode.usage,
    });
  }
  const events = eventsOf(saved, plan, join(folder, 'events.ndjson'));
  const started = events.find((event) => event.type === 'run-started');
  return {
    id: started?.run ?? folder,
    folder,
    scenario: scenarioNow(scenario, version),
    plan: version < 2 ? withFaultIds(plan) : plan,
    events: version < 2 ? events.map(eventWithFaultId) : events,
    samples: await readDocument(folder, 'metrics.json', samplesDocument),
    verdict: await readDocument(folder, 'verdict.json', verdictDocument),
    k6Summaries: await readSummaries(join(folder, 'k6')),
  };
}

function scenarioNow(scenario: Scenario, version: number): Scenario {
  const withIds = version < 2 ? withFaults(scenario) : scenario;
  return version < 3 ? withListsOfGroups(withIds) : withIds;
}

async function readDocument<Value>(
  folder: string,
  name: string,
  document: ZodType<Value>,
): Promise<Value | undefined> {
  const path = join(folder, name);
  const text = await readText(path);
  return text === undefined ? undefined : parseDocument(path, text, document);
}

async function readEvents(folder: string): Promise<SavedEvent[]> {
  const path = join(folder, 'events.ndjson');
  const lines = ((await readText(path)) ?? '').split('\n').slice(0, -1);
  return lines.map((line, index) => parseDocument(`${path}:${index + 1}`, line, eventDocument));
}

async function readSummaries(folder: string): Promise<Record<string, unknown>> {
  const names = await readdir(folder).catch(() => []);
  const summaries: Record<string, unknown> = {};
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    summaries[name.slice(0, -'.json'.length)] = parsedOrNull((await readText(join(folder, name))) ?? 'null');
  }
  return inOrder(summaries);
}

/** By name, whichever generator was kept first: the same run gives the same report. */
function inOrder(summaries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(summaries).toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
  );
}

/** A generator that was killed may have left half a summary; reports then say that it can't be read. */
function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new TopolabError(`read ${path}: ${pathProblem(error)}`, {
      code: 'folder-unreadable',
      hint: 'Name the folder of a run, such as runs/<id>, whose files you may read.',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}
