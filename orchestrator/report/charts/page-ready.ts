// The last step of every chart: from what the library drew to what stands in the page.
import { escapeHtml } from '../page/html.ts';
import { replaceSentinels } from './chart-colours.ts';

export interface Picture {
  /** Unique in the page. */
  readonly id: string;
  /** Spoken in place of the picture. */
  readonly description: string;
}

export interface PictureShape {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
}

/** Scales with the page, speaks to screen readers, has the page's colours, and is the same on every rendering. */
export function pageReady(svg: string, { id, description }: Picture, shape: PictureShape): string {
  const root = `<svg class="chart ${shape.name}" role="img" aria-label="${escapeHtml(description)}" viewBox="0 0 ${shape.width} ${shape.height}"`;
  return (
    replaceSentinels(svg)
      .replace(/<[^>]*>/g, roundCoordinates)
      // What only serves a mouse, under names that count up from one rendering to the next.
      .replace(
        /<style[^>]*>.*?<\/style>| class="zr[^"]*"| pointer-events="visible"| ecmeta_[a-z_]+="[^"]*"| ?font-family:sans-serif;?/gs,
        '',
      )
      .replace(/zr\d+-/g, `${id}-${shape.name}-`)
      .replace(/<svg [^>]*?(?=>)/, () => root)
  );
}

/** A tenth of a pixel is enough, and halves the size of the file. Given a tag, so that no label is rounded. */
function roundCoordinates(tag: string): string {
  return tag.replace(/(?<![#\w])-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
}
