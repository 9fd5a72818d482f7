// Most read a page; one in ten edits one.
import { check } from 'k6';
import http from 'k6/http';

export default function (): void {
  const page = `Page_${Math.floor(Math.random() * 50)}`;
  if (Math.random() < 0.1) {
    // The token of those who have not logged in.
    const form = {
      action: 'edit',
      title: page,
      text: `Edited at ${Date.now()}.`,
      token: '+\\',
      format: 'json',
    };
    const edited = http.post(`${__ENV['BASE_URL']}/api.php`, form);
    check(edited, {
      'a page is edited': ({ body }) => typeof body === 'string' && body.includes('"Success"'),
    });
    return;
  }
  const read = http.get(`${__ENV['BASE_URL']}/index.php?title=Main_Page`);
  check(read, {
    'a page is read': ({ status, body }) =>
      status === 200 && typeof body === 'string' && body.includes('MediaWiki'),
  });
}
