// The frame of every page we make: one self-contained file that may run no script and load nothing from elsewhere.
import { tiedUnits } from '../../format/wrap-text.ts';
import { type Html, html, trusted } from './html.ts';
import { STYLESHEET } from './stylesheet.ts';

/** Tags, and elements whose text is to be copied as it is, or is drawn on one line. */
const MARKUP_OR_TEXT = /<(style|pre|code|svg)\b.*?<\/\1>|<[^>]*>|[^<]+/gs;

/** The whole page as text. `ownStyle` is CSS that only this kind of page needs. */
export function renderPage(title: string, content: Html, ownStyle = ''): string {
  const page = html`<!doctype html>
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
`;
  return page.text.replace(MARKUP_OR_TEXT, (part) => (part.startsWith('<') ? part : tiedUnits(part)));
}
