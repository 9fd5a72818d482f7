// Every node's user wants one file and waits until its node has all of it, checked: how long does it take until everybody has it?
// Works alike for clients, peers and clients that help each other. FILE names the file (default file.bin).
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';

/** Fetched, but nobody had said what the content should be. Each fetch adds something, so that none unchecked is a sample too. */
const unchecked = new Counter('topolab_files_unchecked');
const seconds = new Trend('topolab_fetch_seconds');
const nodes = (__ENV.NODE_URLS ?? '').split(',');

export default function fetchFile(): void {
  const node = nodes[(exec.vu.idInTest - 1) % nodes.length] ?? '';
  const path = `/files/${encodeURIComponent(__ENV.FILE ?? 'file.bin')}/fetch`;
  const answer = http.post(`${node}${path}`, null, { timeout: '3600s' });
  const fetched = check(answer, { 'the file is here': ({ status }) => status === 200 });
  const checked = fetched && check(answer, { 'it is checked': () => answer.json('checked') === true });
  unchecked.add(fetched && !checked ? 1 : 0);
  if (fetched) seconds.add(Number(answer.json('tookMs')) / 1000);
}
