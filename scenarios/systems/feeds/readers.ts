// What a feed reader's app does: it looks at its categories, and makes a new one now and then.
import { check } from 'k6';
import { b64encode } from 'k6/encoding';
import http from 'k6/http';

const headers = {
  Authorization: `Basic ${b64encode('admin:reads-feeds')}`,
  'Content-Type': 'application/json',
};

export default function (): void {
  const list = http.get(`${__ENV['BASE_URL']}/v1/categories`, { headers });
  check(list, { 'categories are listed': (answer) => answer.status === 200 });
  if (Math.random() > 0.1) return;
  const title = `news ${Date.now()} ${Math.random()}`;
  const made = http.post(`${__ENV['BASE_URL']}/v1/categories`, JSON.stringify({ title }), { headers });
  check(made, { 'a category is made': (answer) => answer.status === 201 });
}
