// A study's folder. Every probe is on disk as soon as it has ended, so a study that was interrupted goes on where it stopped.
//
//   studies/<id>/study.json     the question, the resolved scenario, versions, host
//                probes.ndjson  every finished probe, one a line, in the order in which they ended
//                answer.json    capacities, model and answer
//                report.html    probes.csv
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withListsOfGroups } from '../record/folder/earlier-changes.ts';
import { JsonLines } from '../record/folder/json-lines.ts';
import { documentOf, parseDocument, scenarioDocument } from '../record/folder/saved-documents.ts';
import type { ProbeRecord } from '../capacity/probe.ts';
import type { EngineDescription, ImageIdentity } from '../engine/engine.ts';
import { ExitCode, TopolabError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import type { RunHost } from '../record/event.ts';
import { type SwarmChoice, swarmChoiceDocument } from '../record/swarm-choice.ts';
import { writeWhole } from '../write-whole.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ProbeFigures } from './run-probe.ts';

/** The content of study.json. */
export interface StudyDescription {
  readonly schemaVersion: 1;
  readonly study: string;
  readonly startedAtMs: number;
  readonly question: CapacityQuestion;
  readonly scenario: Scenario;
  readonly versions: Readonly<Record<string, string>>;
  /** Reference → what it named when the study began. Absent from studies of earlier versions. */
  readonly images?: Readonly<Record<string, ImageIdentity>> | undefined;
  /** That of Prometheus. */
  readonly host: EngineDescription;
  /** All of them, that one first, where there are several. */
  readonly hosts?: readonly Omit<RunHost, 'clockOffsetMs'>[];
  readonly swarm?: SwarmChoice;
  /** How the scenario was named on the command line, so that a report can say how to run it again. */
  readonly source?: { readonly file: string; readonly set: Readonly<Record<string, string>> };
}

/** One line of probes.ndjson. */
export interface StudyProbe extends ProbeRecord, ProbeFigures {
  readonly size: number;
  readonly startedAtMs: number;
}

/** One line of events.ndjson that a study needs: how long a node took from its launch to being ready. */
export interface NodeStart {
  readonly size: number;
  readonly group: string;
  readonly tookMs: number;
}

const studyDocument = documentOf<StudyDescription>(
  z.looseObject({
    study: z.string().min(1).max(500),
    startedAtMs: z.number(),
    question: z.looseObject({ load: z.string(), group: z.string(), sizes: z.array(z.number()) }),
    scenario: scenarioDocument,
    versions: z.record(z.string(), z.string()),
    host: z.looseObject({ cpus: z.number(), memoryBytes: z.number() }),
    swarm: swarmChoiceDocument,
  }),
);

const probeDocument = documentOf<StudyProbe>(
  z.looseObject({
    size: z.number(),
    rate: z.number(),
    outcome: z.enum(['held', 'missed', 'invalid', 'unclear']),
    startedAtMs: z.number(),
  }),
);

const nodeStartDocument = documentOf<NodeStart>(
  z.looseObject({ size: z.number(), group: z.string(), tookMs: z.number() }),
);

export class StudyFolder {
  readonly path: string;
  readonly #probes: JsonLines<StudyProbe>;
  readonly #nodeStarts: JsonLines<NodeStart>;

  constructor(path: string) {
    this.path = path;
    this.#probes = new JsonLines(join(path, 'probes.ndjson'), probeDocument);
    this.#nodeStarts = new JsonLines(join(path, 'node-starts.ndjson'), nodeStartDocument);
  }

  static async create(root: string, description: StudyDescription): Promise<StudyFolder> {
    const folder = new StudyFolder(join(root, description.study));
    await makeFolder(folder.path);
    await folder.write('study.json', description);
    return folder;
  }

  addProbe(probe: StudyProbe): void {
    this.#probes.add(probe);
  }

  addNodeStart(start: NodeStart): void {
    this.#nodeStarts.add(start);
  }

  async write(name: string, value: unknown): Promise<void> {
    await this.writeText(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  async writeText(name: string, text: string): Promise<void> {
    await writeWhole(join(this.path, name), text);
  }

  async description(): Promise<StudyDescription> {
    const path = join(this.path, 'study.json');
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new TopolabError(`read study ${this.path}: it holds no study.json`, {
        code: 'not-a-study',
        hint: 'Name the folder of a study, such as studies/<id>.',
        exitCode: ExitCode.usage,
        cause,
      });
    });
    const description = parseDocument(path, text, studyDocument);
    return { ...description, scenario: withListsOfGroups(description.scenario) };
  }

  async probes(): Promise<StudyProbe[]> {
    return await this.#probes.read();
  }

  async nodeStarts(): Promise<NodeStart[]> {
    return await this.#nodeStarts.read();
  }
}
