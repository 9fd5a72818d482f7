// An office at work: now and then somebody writes a mail (a record, and an event that tells of it), more often somebody looks whether
// there is one and reads it. Knows only the user's interface, so it drives any topology.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

const base = __ENV.BASE_URL;
const people = Number(__ENV.PEOPLE ?? 50);
const mail = 'Dear colleague, '.repeat(60);
/** Of each virtual user: the last event it has seen. */
let seen = 0;

interface Page {
  events: { message: string }[];
  lastId: number;
}

export default function work(): void {
  const iteration = exec.scenario.iterationInTest;
  if (iteration % 4 === 0) write(`mail-${iteration}`, iteration % people);
  else look((iteration * 7) % people);
}

function write(id: string, to: number): void {
  const stored = http.put(`${base}/records/${id}`, mail, {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    tags: { operation: 'store-mail' },
  });
  if (!check(stored, { 'mail stored': ({ status }) => status === 204 })) return;
  const told = http.post(`${base}/events`, JSON.stringify({ to, id }), {
    tags: { operation: 'tell-of-mail' },
  });
  check(told, { 'recipient told': ({ status }) => status === 201 });
}

function look(me: number): void {
  const answer = http.get(`${base}/events?after=${seen}&limit=50`, { tags: { operation: 'look-for-mail' } });
  if (!check(answer, { 'inbox seen': ({ status }) => status === 200 })) return;
  const page = answer.json() as unknown as Page;
  seen = page.lastId;
  const news = page.events.map(({ message }) => JSON.parse(message) as { to: number; id: string });
  // The newest to this person; where there is none, any: somebody reads an old one.
  const chosen = news.findLast(({ to }) => to === me) ?? news.at(-1);
  if (chosen === undefined) return;
  const read = http.get(`${base}/records/${chosen.id}`, { tags: { operation: 'read-mail' } });
  check(read, { 'mail read': ({ status }) => status === 200 });
}
