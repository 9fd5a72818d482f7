// What a node does not offer is refused by name: a 501 tells the user that no waiting will help.
import { HttpProblem } from '../http/http-problem.ts';
import type { EventService, FileService, RecordService } from './user-service.ts';

const refuse = (what: string) => async (): Promise<never> => {
  throw new HttpProblem(501, `this node does not offer ${what}`);
};

const noEvents = refuse('events');
const noRecords = refuse('records');
const noFiles = refuse('files');

export const eventsNotOffered: EventService = { publish: noEvents, after: noEvents };
export const recordsNotOffered: RecordService = { put: noRecords, get: noRecords, delete: noRecords };
export const filesNotOffered: FileService = { list: noFiles, find: noFiles };
