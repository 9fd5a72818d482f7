// What a calibration found: measured beside expected, and whether the two agree. Pure.
import type { PanelUnit } from '../../dashboards/panels/panel.ts';
import type { RunHost } from '../record/event.ts';

/** How far a measured value may be off: as a share of the expected one, or in its own unit. */
export type Tolerance =
  | { readonly kind: 'share'; readonly most: number }
  | { readonly kind: 'absolute'; readonly most: number };

export interface CalibrationRow {
  readonly check: 'queue' | 'stall' | 'bytes' | 'clock';
  readonly what: string;
  readonly unit: PanelUnit;
  /** Null where nothing was measured: that never agrees. */
  readonly measured: number | null;
  readonly expected: number;
  /** The 95 % interval of `measured` reaches so far to either side; null = not told. */
  readonly errorBar: number | null;
  readonly tolerance: Tolerance;
  readonly agrees: boolean;
  /** Where the expectation comes from. */
  readonly source: string;
}

export function judgeRow(row: Omit<CalibrationRow, 'agrees'>): CalibrationRow {
  return { ...row, agrees: row.measured !== null && isWithin(row.measured, row.expected, row.tolerance) };
}

function isWithin(measured: number, expected: number, { kind, most }: Tolerance): boolean {
  const off = Math.abs(measured - expected);
  return kind === 'share' ? off <= most * Math.abs(expected) : off <= most;
}

/** The content of calibration.json. */
export interface Calibration {
  readonly schemaVersion: 1;
  readonly calibration: string;
  readonly quick: boolean;
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** Every row agrees. */
  readonly agrees: boolean;
  readonly rows: readonly CalibrationRow[];
  /** What went on on the host that may explain a row that does not agree. */
  readonly remarks: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** That of Prometheus. */
  readonly host: unknown;
  /** All of them, where there are several: the server was on one for nodes, the generator on one for generators. */
  readonly hosts?: readonly Omit<RunHost, 'clockOffsetMs'>[];
  /** What the rows were computed from. */
  readonly readings: unknown;
}
