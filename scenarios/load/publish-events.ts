// Somebody says something to everybody: one event an iteration, at any node of the group. How long it takes to reach the others
// is measured by the nodes themselves.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

// Peers share one name; each request asks for it anew and goes to whichever of them comes up.
export const options = { dns: { ttl: '0', select: 'random' }, noConnectionReuse: true };

const filling = 'x'.repeat(Number(__ENV.MESSAGE_BYTES ?? 200));

export default function publish(): void {
  const answer = http.post(
    `${__ENV.BASE_URL}/events`,
    `message ${exec.scenario.iterationInTest} ${filling}`,
    { tags: { operation: 'publish-event' }, timeout: '10s' },
  );
  check(answer, { 'event published': ({ status }) => status === 201 });
}
