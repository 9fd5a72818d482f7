// Phases, faults, actions and incidents as the shapes that lie under and over the lines of every chart.
import { sentinel } from './chart-colours.ts';
import { type ChartTime, labelMarks, type Mark } from './chart-marks.ts';
import { type ChartShape, PLOT } from './chart-shape.ts';

/** Phases and faults, and lines for actions and incidents with their ids. Drawn by hand: the library's marks overlap their labels. */
export function timeGraphics(time: ChartTime, shape: ChartShape) {
  const width = shape.width - PLOT.left - shape.right;
  const height = shape.height - PLOT.top - PLOT.bottom;
  const x = (ms: number) => PLOT.left + (Math.min(ms, time.durationMs) / time.durationMs) * width;
  const letter = shape.fontPx * 0.56;
  const label = (text: string, at: number, top: number, fill: string, bold = false) => ({
    type: 'text',
    silent: true,
    z: 5,
    style: {
      text,
      x: at,
      y: top,
      fill,
      fontSize: shape.fontPx - (bold ? 1 : 0.5),
      fontWeight: bold ? 600 : 400,
      align: bold ? 'center' : 'left',
    },
  });
  const phases = time.phases.flatMap(({ name, startMs, endMs }, index) => {
    const from = x(startMs);
    const room = x(endMs) - from;
    const letters = Math.floor((room - 6) / letter);
    const text = shorten(name, letters);
    const shade = {
      type: 'rect',
      silent: true,
      z: -1,
      shape: { x: from, y: 4, width: room, height: height + PLOT.top - 4 },
      style: { fill: sentinel('phase') },
    };
    return [
      ...(index % 2 === 1 ? [shade] : []),
      ...(text === '' ? [] : [label(text, from + 4, 8, sentinel('muted'))]),
    ];
  });
  const faults = time.faults.map(({ startMs, endMs }) => ({
    type: 'rect',
    silent: true,
    z: -1,
    shape: { x: x(startMs), y: PLOT.top, width: Math.max(1, x(endMs) - x(startMs)), height },
    style: { fill: sentinel('alarm'), opacity: 0.09 },
  }));
  const lines = apartOnPaper(time.marks, x).map(({ atMs, kind }) => ({
    type: 'line',
    silent: true,
    z: 4,
    shape: { x1: x(atMs), x2: x(atMs), y1: PLOT.top - 3, y2: PLOT.top + height },
    style: {
      stroke: sentinel(kind === 'action' ? 'mark' : 'alarm'),
      lineWidth: 1,
      lineDash: kind === 'action' ? [1, 3] : [4, 2],
    },
  }));
  const apartMs = ((9 * letter) / width) * time.durationMs;
  const ids = labelMarks(time.marks, apartMs).map(({ text, atMs }) =>
    label(text, x(atMs), PLOT.top - 15, sentinel('text'), true),
  );
  return [...phases, ...faults, ...lines, ...ids];
}

/** One of those that would lie on each other: of ten thousand nodes, some come or go at every moment. */
function apartOnPaper(marks: readonly Mark[], x: (ms: number) => number): Mark[] {
  const drawn = new Map(marks.map((mark) => [`${mark.kind} ${Math.round(x(mark.atMs) * 2)}`, mark]));
  return [...drawn.values()];
}

/** Cut in the middle: names of phases often differ at their ends only. Too little room leaves nothing. */
function shorten(name: string, letters: number): string {
  if (name.length <= letters) return name;
  if (letters < 5) return '';
  const tail = Math.floor((letters - 1) / 2);
  return `${name.slice(0, letters - 1 - tail)}…${name.slice(-tail)}`;
}
