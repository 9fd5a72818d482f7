// Each user has an invoice made, and waits for it.
import { check } from 'k6';
import http from 'k6/http';

export default function (): void {
  const order = Math.floor(Math.random() * 1e6);
  const answer = http.get(`${__ENV['BASE_URL']}/orders/${order}`);
  check(answer, {
    'the invoice is made': ({ status, body }) =>
      status === 200 && typeof body === 'string' && body.startsWith('Order'),
  });
}
