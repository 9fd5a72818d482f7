// Users keep records and tell each other things: an iteration stores a record, reads back one that this user stored before, or says
// something to everybody. Knows only the user's interface, so it drives any topology. A record that was accepted and is gone counts, and
// so does one whose content is another's.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

// Nodes share one name; each request asks for it anew, so it goes to any node that is there and to none that has gone.
export const options = { dns: { ttl: '0', select: 'random' }, noConnectionReuse: true };

const base = __ENV.BASE_URL;
const timeout = __ENV.TIMEOUT ?? '3s';
const filling = 'x'.repeat(200);
/** Every answer to a reader adds something to both, so that none lost is a sample too: where there is none, nobody has looked. */
const lost = new Counter('topolab_records_lost');
const wrong = new Counter('topolab_records_wrong');
/** Of each virtual user: ids of records that the service has accepted. */
const stored: string[] = [];

export default function user(): void {
  const iteration = exec.scenario.iterationInTest;
  const turn = iteration % 4;
  if (turn === 0) say(iteration);
  else if (turn === 1 || stored.length === 0) store(`record-${iteration}`);
  else read(stored[Math.floor(Math.random() * stored.length)] ?? '');
}

function say(iteration: number): void {
  const answer = http.post(`${base}/events`, `message ${iteration} ${filling}`, {
    tags: { operation: 'publish-event' },
    timeout,
  });
  check(answer, { 'event published': ({ status }) => status === 201 });
}

function store(id: string): void {
  const answer = http.put(`${base}/records/${id}`, `${id} ${filling}`, {
    tags: { operation: 'store-record' },
    timeout,
  });
  if (check(answer, { 'record stored': ({ status }) => status === 204 })) stored.push(id);
}

function read(id: string): void {
  const answer = http.get(`${base}/records/${id}`, { tags: { operation: 'read-record' }, timeout });
  const right = answer.body === `${id} ${filling}`;
  check(answer, { 'record read': ({ status }) => status === 200 && right });
  if (answer.status === 0) return;
  lost.add(answer.status === 404 ? 1 : 0);
  wrong.add(answer.status === 200 && !right ? 1 : 0);
}
