// Users keep notes, and look at each of them once more ten seconds later: by then it is known whether it was kept for good.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

const later = 10_000;
/** Notes that were acknowledged, and are not there. */
const lost = new Counter('notes_lost');
/** Of this user: acknowledged, and not looked at again. The oldest first. */
const kept: { readonly url: string; readonly at: number }[] = [];

export default function (): void {
  const text = `note ${exec.scenario.iterationInTest}`;
  const url = `${__ENV['BASE_URL']}/notes/${exec.scenario.iterationInTest}`;
  const answer = http.put(url, text, { timeout: '3s', tags: { name: 'keep' } });
  if (check(answer, { 'a note is kept': ({ status }) => status === 204 })) kept.push({ url, at: Date.now() });
  const [oldest] = kept;
  if (oldest === undefined || Date.now() < oldest.at + later) return;
  const found = http.get(oldest.url, { timeout: '3s', tags: { name: 'look' } });
  check(found, { 'a note is found': ({ status }) => status === 200 });
  if (found.status !== 200 && found.status !== 404) return;
  kept.shift();
  lost.add(found.status === 404 ? 1 : 0);
}
