// Axes that end and divide at numbers people count in: 1-2-5 for values, powers of 1024 for bytes, clock units for time.
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';

export interface Axis {
  readonly max: number;
  readonly interval: number;
}

const VALUE_TICKS = 4;
const SECONDS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** The value axis for values from 0 to `highest`. `fixedMax` is kept unless values exceed it. */
export function valueAxis(highest: number, unit: PanelUnit, fixedMax?: number): Axis {
  const top = Math.max(highest, fixedMax ?? 0);
  if (!(top > 0)) return { max: 1, interval: unit === 'count' ? 1 : 0.5 };
  const scale =
    unit === 'bytes' || unit === 'bytes-per-second' ? 1024 ** Math.floor(Math.log(top) / Math.log(1024)) : 1;
  const interval = niceStep(top / scale / VALUE_TICKS, unit === 'count') * scale;
  const ceiling = Math.ceil(round(top / interval)) * interval;
  return {
    max: round(fixedMax !== undefined && highest <= fixedMax ? fixedMax : ceiling),
    interval: round(interval),
  };
}

/** Milliseconds between the ticks of a time axis, with at most `most` of them. */
export function timeInterval(durationMs: number, most: number): number {
  const seconds = durationMs / 1000 / most;
  return (SECONDS.find((each) => each >= seconds) ?? Math.ceil(seconds / 86_400) * 86_400) * 1000;
}

function niceStep(rough: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10) * power;
  return whole ? Math.max(1, Math.ceil(step)) : step;
}

/** Takes floating-point dust off, so that 0.30000000000000004 is not an axis label. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
