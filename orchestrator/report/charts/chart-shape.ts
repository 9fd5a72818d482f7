// The sizes in which every chart is drawn.

/** A drawing for wide pages and paper, and one for phones, each at its own size so that the text stays readable. */
export interface ChartShape {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
  /** Right of the plot; the same on every chart, so that moments stand below each other. */
  readonly right: number;
  readonly fontPx: number;
  readonly mostPoints: number;
  readonly timeTicks: number;
}

export const WIDE: ChartShape = {
  name: 'wide',
  width: 560,
  height: 250,
  right: 82,
  fontPx: 11.5,
  mostPoints: 200,
  timeTicks: 7,
};
export const NARROW: ChartShape = {
  name: 'narrow',
  width: 340,
  height: 230,
  right: 16,
  fontPx: 11.5,
  mostPoints: 100,
  timeTicks: 4,
};

/** Space around the plot, in pixels. Phases and ids of actions stand above it. */
export const PLOT = { left: 54, top: 40, bottom: 26 };
