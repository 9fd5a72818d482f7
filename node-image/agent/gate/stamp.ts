// What a generator's remote write becomes on its way to Prometheus: every series carries the labels that the orchestrator gave the
// generator, whatever its script calls its own. Samples and histograms pass as they are, but for three things: those of a new series begin at
// zero, those of the load's windows all have the time of their push, and all times are by the clock of Prometheus' host, whatever that of the
// generator's host says.
import { labelOfTag } from '../../contract/tag-label.ts';
import { zerosBefore } from './birth.ts';
import { latestOf, moveTimes, setMoment } from './moment.ts';
import { delimited, fieldsOf } from './wire.ts';

/** Field numbers of prometheus/prompb (remote.proto, types.proto). */
const TIMESERIES = 1;
const LABELS = 1;
const NAME = 1;
const VALUE = 2;

/** k6 puts this before the name of every metric, a script's own ones included. */
const namePrefix = 'k6_';
/** Series of which one comes to its end and another begins at the border of a phase. What has no such label is read by its own time. */
const windowLabel = 'window';
const mostLabels = 64;
const mostTextBytes = 4096;

/** Why a series was refused. */
export type Refusal = 'not a metric of k6' | 'labels that Prometheus would not take' | 'too many series';

interface Known {
  /** As they leave. */
  readonly labels: Buffer;
  readonly hasWindow: boolean;
}

/** A series of a request. */
interface Came {
  readonly labels: Buffer;
  /** Its fields without the labels. */
  readonly samples: Buffer;
}

export class Stamp {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #mostSeries: number;
  /** Labels as they came → as they leave, or why they don't. Also the count of series. */
  readonly #known = new Map<string, Known | Refusal>();
  readonly #refused = new Map<Refusal, number>();
  /** The time of the latest push. */
  #momentMs = 0;

  /** @param mostSeries series beyond it are refused: each takes memory in Prometheus for as long as the run lasts. */
  constructor(labels: Readonly<Record<string, string>>, mostSeries: number) {
    this.#labels = labels;
    this.#mostSeries = mostSeries;
  }

  /** Samples refused so far, by reason. */
  get refused(): ReadonlyMap<Refusal, number> {
    return this.#refused;
  }

  /**
   * A WriteRequest with our labels. Metadata and whatever else it holds is left out. Throws RangeError where it is none.
   * @param clockAheadMs the clock of the generator's host minus ours, in whole milliseconds.
   */
  apply(request: Buffer, clockAheadMs = 0): Buffer {
    const series: Came[] = [];
    for (const { number, wireType, content, end } of fieldsOf(request))
      if (number === TIMESERIES && wireType === 2) series.push(readSeries(request, content, end));
    if (clockAheadMs !== 0) for (const { samples } of series) moveTimes(samples, -clockAheadMs);
    const latestMs = Math.max(0, ...series.map(({ samples }) => latestOf(samples) ?? 0));
    // Prometheus takes no two samples of a series with the same time.
    this.#momentMs = Math.max(latestMs, this.#momentMs + 1);
    const parts = series.flatMap((each) => {
      const passed = this.#pass(each);
      return passed === undefined ? [] : delimited(TIMESERIES, passed);
    });
    return Buffer.concat(parts);
  }

  #pass(came: Came): Buffer[] | undefined {
    const key = came.labels.toString('latin1');
    const known = this.#known.get(key);
    if (known === undefined) return this.#begin(key, came);
    return typeof known === 'string' ? this.#refuse(known) : [known.labels, this.#atMoment(known, came)];
  }

  #atMoment({ hasWindow }: Known, { samples }: Came): Buffer {
    if (hasWindow) setMoment(samples, this.#momentMs);
    return samples;
  }

  #refuse(why: Refusal): undefined {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
  }

  /** A series that has not been seen before. */
  #begin(key: string, came: Came): Buffer[] | undefined {
    if (this.#known.size >= this.#mostSeries) return this.#refuse('too many series');
    const labels = readLabels(came.labels);
    const name = labels?.get('__name__');
    const refusal = labels === undefined ? 'labels that Prometheus would not take' : 'not a metric of k6';
    if (labels === undefined || !name?.startsWith(namePrefix)) {
      this.#known.set(key, refusal);
      return this.#refuse(refusal);
    }
    const hasWindow = labels.has(windowLabel);
    const known = { labels: this.#stamped(labels), hasWindow };
    this.#known.set(key, known);
    const samples = this.#atMoment(known, came);
    const zeros = zerosBefore(name, samples);
    return zeros === undefined ? [known.labels, samples] : [known.labels, zeros, samples];
  }

  #stamped(labels: Map<string, string>): Buffer {
    for (const name of Object.keys(this.#labels)) {
      const own = labels.get(name);
      if (own === undefined) continue;
      labels.delete(name);
      // As Prometheus does where a target's labels clash with ours; `exported_exported_x`, where that is taken too.
      let exported = `exported_${name}`;
      while (labels.has(exported)) exported = `exported_${exported}`;
      labels.set(exported, own);
    }
    const all = [...labels, ...Object.entries(this.#labels)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Buffer.concat(
      all.flatMap(([name, value]) =>
        delimited(LABELS, [
          ...delimited(NAME, [Buffer.from(name)]),
          ...delimited(VALUE, [Buffer.from(value)]),
        ]),
      ),
    );
  }
}

/** The samples are a copy. */
function readSeries(bytes: Buffer, start: number, end: number): Came {
  const labels: Buffer[] = [];
  const rest: Buffer[] = [];
  for (const field of fieldsOf(bytes, start, end))
    (field.number === LABELS ? labels : rest).push(bytes.subarray(field.start, field.end));
  return { labels: Buffer.concat(labels), samples: Buffer.concat(rest) };
}

/** Undefined where a name is none, comes twice or is Prometheus' own, or where there is too much of them. */
function readLabels(bytes: Buffer): Map<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const label of fieldsOf(bytes)) {
    let name = '';
    let value = '';
    for (const { number, content, end } of fieldsOf(bytes, label.content, label.end)) {
      if (end - content > mostTextBytes) return undefined;
      if (number === NAME) name = bytes.toString('utf8', content, end);
      if (number === VALUE) value = bytes.toString('utf8', content, end);
    }
    const isOurs = name.startsWith('__') && name !== '__name__';
    const kept = labelOfTag(name);
    if (name === '' || isOurs || labels.has(kept) || labels.size >= mostLabels) return undefined;
    labels.set(kept, value);
  }
  return labels;
}
