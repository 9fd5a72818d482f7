// What k6's counters and histograms gained in a stretch of a load, read from Prometheus once for all figures that need it.
//
// A request belongs to the window in which it was started, with its whole wait: generators label what they push with that window, and
// the final values of such series are exact, however late the answers came. Series without the label (`k6_dropped_iterations_total`) are
// read by time: what they stood at when the stretch ended, less what they stood at when it began.
import { askedLabelOf } from '../../../node-image/contract/tag-label.ts';
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import type { LoadCurve } from '../../plan/plan.ts';
import { increaseOver, readAt, type Reading, type RunClock, type Window } from './read-at.ts';

/** What measuring needs to know of the load besides Prometheus. */
export interface MeasureContext extends RunClock {
  /** The plan's loads. */
  readonly loads: readonly LoadCurve[];
  /** How far the load went, milliseconds after its start. */
  readonly lastedMs: number;
  /** By when all that its generators pushed had come, milliseconds after its start. Default: a minute after its end. */
  readonly settledMs?: number;
  /** It was ended before its time: what it cut off then is nobody's failure. Default false. */
  readonly endedEarly?: boolean;
  /** Windows that the load as a whole leaves out: a warm-up. Default none. */
  readonly uncounted?: readonly string[];
}

/** A stretch of the load. `cohort`: the window by whose label its requests are told; absent = all windows, which is the whole load. */
export interface Stretch extends Window {
  readonly cohort?: string;
}

export type Tags = Readonly<Record<string, string>>;

/** Whatever is pushed after the end of the load, the last answers included, has come by then, unless its generators are given longer. */
const LATER_MS = 60_000;

/** When final values are read, milliseconds after the start of the load. */
export function finalMsOf({
  lastedMs,
  settledMs = 0,
}: Pick<MeasureContext, 'lastedMs' | 'settledMs'>): number {
  return Math.max(lastedMs + LATER_MS, settledMs);
}

export class Readings {
  readonly client: PrometheusClient;
  readonly context: MeasureContext;
  readonly #finals = new Map<string, Promise<readonly Reading[]>>();

  constructor(client: PrometheusClient, context: MeasureContext) {
    this.client = client;
    this.context = context;
  }

  /** When final values are read, milliseconds after the start of the load. */
  get finalMs(): number {
    return finalMsOf(this.context);
  }

  /**
   * What each series of a metric gained. `load`: null = all loads. `tags`: those of k6 that its samples have. Empty where there is none such.
   */
  async gained(
    metric: string,
    load: string | null,
    stretch: Stretch,
    tags: Tags = {},
  ): Promise<readonly Reading[]> {
    const finals = await this.#final(metric);
    const readings = isByWindow(finals)
      ? this.#inWindows(finals, stretch)
      : finals.length === 0
        ? []
        : await increaseOver(this.client, this.#selector(metric), stretch, this.context);
    return readings.filter((each) => isAsked(each, load, tags));
  }

  /**
   * As `gained`, of what the script itself tells: checks, and metrics of its own. To the load as a whole belongs what its setup() and teardown()
   * found, which is in no window: a script that looks in the end whether all is there does it in teardown().
   */
  async told(
    metric: string,
    load: string | null,
    stretch: Stretch,
    tags: Tags = {},
  ): Promise<readonly Reading[]> {
    if (stretch.cohort !== undefined) return await this.gained(metric, load, stretch, tags);
    const finals = await this.#final(metric);
    return finals.filter((each) => !this.#isLeftOut(each.labels) && isAsked(each, load, tags));
  }

  /** As `gained`, of what has a window alone: what setup() did has none, and where nothing else was done it is all there is. */
  async inWindows(metric: string, load: string, stretch: Stretch): Promise<readonly Reading[]> {
    const counted = this.#inWindows(await this.#final(metric), stretch);
    return counted.filter((each) => isAsked(each, load, {}));
  }

  /** The sum of what was gained; null where the metric does not exist. */
  async count(metric: string, load: string | null, stretch: Stretch): Promise<number | null> {
    if ((await this.#final(metric)).length === 0) return null;
    return countOf(await this.gained(metric, load, stretch));
  }

  /** What every series of a metric stood at in the end, of whatever window. */
  async totals(metric: string): Promise<readonly Reading[]> {
    return await this.#final(metric);
  }

  async #final(metric: string): Promise<readonly Reading[]> {
    let finals = this.#finals.get(metric);
    if (finals === undefined) {
      finals = readAt(this.client, this.#selector(metric), this.finalMs, this.context);
      this.#finals.set(metric, finals);
    }
    return await finals;
  }

  #inWindows(finals: readonly Reading[], { cohort }: Stretch): readonly Reading[] {
    return finals.filter(({ labels }) =>
      cohort === undefined ? this.#isCounted(labels) : windowOf(labels) === cohort,
    );
  }

  #isCounted(labels: Reading['labels']): boolean {
    return windowOf(labels) !== '' && !this.#isLeftOut(labels);
  }

  #isLeftOut(labels: Reading['labels']): boolean {
    return (this.context.uncounted ?? []).includes(windowOf(labels));
  }

  #selector(metric: string): string {
    return k6Selector(metric, this.context.run, null);
  }
}

function isAsked({ labels }: Reading, load: string | null, tags: Tags): boolean {
  return (load === null || labels['group'] === load) && hasTags(labels, tags);
}

/** An empty value is that of samples without the tag, as for k6. */
function hasTags(labels: Reading['labels'], tags: Tags): boolean {
  return Object.entries(tags).every(([tag, value]) => (labels[askedLabelOf(tag)] ?? '') === value);
}

export function k6Selector(metric: string, run: string, load: string | null, tags: Tags = {}): string {
  const group = load === null ? '' : `,group="${load}"`;
  const tagged = Object.entries(tags).map(([tag, value]) => `,${askedLabelOf(tag)}=${JSON.stringify(value)}`);
  return `${metric}{run="${run}"${group}${tagged.join('')}}`;
}

export function countOf(readings: readonly Reading[]): number {
  return readings.reduce((sum, { count }) => sum + count, 0);
}

function isByWindow(readings: readonly Reading[]): boolean {
  return readings.some(({ labels }) => windowOf(labels) !== '');
}

function windowOf(labels: Reading['labels']): string {
  return labels['window'] ?? '';
}
