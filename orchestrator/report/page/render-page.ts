// The frame of every page we make: one self-contained file that may run no script and load nothing from elsewhere.
import { type Html, html, trusted } from './html.ts';
import { STYLESHEET } from './stylesheet.ts';

/** The whole page as text. `ownStyle` is CSS that only this kind of page needs. */
export function renderPage(title: string, content: Html, ownStyle = ''): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<title>${title}</title>
<style>${trusted(STYLESHEET + ownStyle)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.text;
}
