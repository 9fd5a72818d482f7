// The plainest request there is: the server does its configured amount of CPU work and answers. Good for asking how many
// such requests a server, or a number of them, can serve.
import { check } from 'k6';
import http from 'k6/http';

export default function work(): void {
  const answer = http.get(`${__ENV.BASE_URL}/work`, { timeout: '10s' });
  check(answer, { served: ({ status }) => status === 200 });
}
