// Transactions are submitted at any node and must be found at any other; when the load is over, all nodes must have applied the
// same ones. Drives servers as well as peers.
import { check, sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

// Peers share one name; each request asks for it anew and goes to whichever of them comes up.
export const options = { dns: { ttl: '0', select: 'random' }, noConnectionReuse: true };

const base = `${__ENV.BASE_URL}/transactions`;
/** Seconds that a transaction may take to every node. */
const spreadSeconds = Number(__ENV.SPREAD_SECONDS ?? 1);
/** Nodes asked at the end, chosen at random. */
const asked = Number(__ENV.ASKED_AT_END ?? 20);

/** Sets of transactions beyond the one that all should hold. Without a sample nobody was asked. */
const differing = new Counter('topolab_transaction_sets_differing');

interface Digest {
  count: number;
  digest: string;
}

export default function transact(): void {
  const payload = JSON.stringify({ from: exec.vu.idInTest, to: 1, amount: exec.scenario.iterationInTest });
  const submitted = http.post(base, payload, { tags: { operation: 'submit-transaction' }, timeout: '10s' });
  if (!check(submitted, { 'transaction accepted': ({ status }) => status === 201 })) return;
  sleep(spreadSeconds);
  const { id } = submitted.json() as unknown as { id: string };
  const found = http.get(`${base}/${id}`, {
    tags: { operation: 'read-transaction' },
    timeout: '10s',
  });
  check(found, { 'transaction found at another node': ({ status }) => status === 200 });
}

/** At rest, everybody holds the same. What is on its way may take a moment. */
export function teardown(): void {
  sleep(5);
  const digests = Array.from({ length: asked }, () =>
    http.get(`${base}/digest`, { tags: { operation: 'read-digest' } }),
  )
    .filter(({ status }) => status === 200)
    .map((answer) => answer.json() as unknown as Digest);
  if (digests.length === 0) return;
  const sets = new Set(digests.map(({ digest }) => digest)).size;
  check(sets, { 'all nodes applied the same transactions': (count) => count === 1 });
  differing.add(sets - 1);
}
