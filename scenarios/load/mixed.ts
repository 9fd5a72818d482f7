// What users do all day, one request an iteration: half store or read back a record, the rest publish and receive
// events and now and then fetch a small file. Drives any topology, for it knows only the user's interface.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

const base = __ENV.BASE_URL;
/** So many iterations earlier a record was stored, so that it is there also where users wait for a second or two. */
const STORED_BEFORE = 100;

export default function user(): void {
  const iteration = exec.scenario.iterationInTest;
  const turn = iteration % 10;
  if (turn < 3) storeRecord(iteration);
  else if (turn < 5) readRecord(iteration);
  else if (turn < 7) publishEvent(iteration);
  else if (turn < 9) receiveEvents();
  else fetchFile();
}

function storeRecord(iteration: number): void {
  const body = JSON.stringify({ iteration, text: 'x'.repeat(200) });
  const answer = http.put(`${base}/records/${iteration % 1000}`, body, {
    tags: { operation: 'store-record' },
  });
  check(answer, { 'record stored': ({ status }) => status === 200 || status === 201 || status === 204 });
}

function readRecord(iteration: number): void {
  // One that an iteration stored a while ago, if it got that far: both "there" and "not there" are right answers.
  const stored = Math.max(0, iteration - (iteration % 10) - STORED_BEFORE);
  const answer = http.get(`${base}/records/${stored % 1000}`, {
    tags: { operation: 'read-record' },
    responseCallback: http.expectedStatuses(200, 404),
  });
  check(answer, { 'record read': ({ status }) => status === 200 || status === 404 });
}

function publishEvent(iteration: number): void {
  const answer = http.post(`${base}/events`, `message ${iteration}`, {
    tags: { operation: 'publish-event' },
  });
  check(answer, { 'event published': ({ status }) => status === 201 });
}

function receiveEvents(): void {
  const answer = http.get(`${base}/events?limit=10`, { tags: { operation: 'receive-events' } });
  check(answer, { 'events received': ({ status }) => status === 200 });
}

function fetchFile(): void {
  const answer = http.get(`${base}/files/notes.txt`, { tags: { operation: 'fetch-file' } });
  check(answer, { 'file fetched': ({ status }) => status === 200 });
}
