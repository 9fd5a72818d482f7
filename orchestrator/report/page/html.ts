// HTML that can't be injected into: everything put into a template is escaped unless a template of ours made it.
import { printable } from '../../printable.ts';

/** A piece of finished HTML. Only `html` and `trusted` make one. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type HtmlPart = Html | string | number | null | undefined | false | readonly HtmlPart[];

/** Template tag. Strings and numbers are escaped; null, undefined and false vanish; arrays are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.reduce((text, string, index) => text + render(parts[index - 1]) + string));
}

/** Marks text as finished HTML. For our own stylesheet and the SVG that the chart library made, never for a run's text. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Safe as element content and inside a quoted attribute, of HTML and of SVG; control characters stand there in words. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}
