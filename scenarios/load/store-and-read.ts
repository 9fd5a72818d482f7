// Users store records and read back what they have just stored, so that each operation tells whether the service works now. What became of older
// records is not asked here: the run's own records tell that. Knows only the user's interface, so it drives any topology.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

// Nodes share one name; each request asks for it anew, so it goes to any node that is there and to none that has gone.
export const options = { dns: { ttl: '0', select: 'random' }, noConnectionReuse: true };

const base = __ENV.BASE_URL;
const timeout = __ENV.TIMEOUT ?? '3s';
const filling = 'x'.repeat(200);

export default function user(): void {
  const id = `user-record-${exec.scenario.iterationInTest}`;
  const content = `${id} ${filling}`;
  const stored = http.put(`${base}/records/${id}`, content, { tags: { operation: 'store-record' }, timeout });
  if (!check(stored, { 'record stored': ({ status }) => status === 204 })) return;
  const read = http.get(`${base}/records/${id}`, { tags: { operation: 'read-record' }, timeout });
  check(read, { 'record read': ({ status, body }) => status === 200 && body === content });
}
