// What a generator's remote write becomes on its way to Prometheus: every series carries the labels that the orchestrator gave the
// generator, whatever its script calls its own. Only labels are read; samples and histograms pass as they are,
// and those of a new series begin at zero.
import { zerosBefore } from './birth.ts';
import { delimited, fieldsOf } from './wire.ts';

/** Field numbers of prometheus/prompb (remote.proto, types.proto). */
const TIMESERIES = 1;
const LABELS = 1;
const NAME = 1;
const VALUE = 2;

/** k6 puts this before the name of every metric, a script's own ones included. */
const namePrefix = 'k6_';
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const mostLabels = 64;
const mostTextBytes = 4096;

/** Why a series was refused. */
export type Refusal = 'not a metric of k6' | 'labels that Prometheus would not take' | 'too many series';

export class Stamp {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #mostSeries: number;
  /** Labels as they came → as they leave, or why they don't. Also the count of series. */
  readonly #known = new Map<string, Buffer | Refusal>();
  readonly #refused = new Map<Refusal, number>();

  /** @param mostSeries series beyond it are refused: each takes memory in Prometheus for as long as the run lasts. */
  constructor(labels: Readonly<Record<string, string>>, mostSeries: number) {
    this.#labels = labels;
    this.#mostSeries = mostSeries;
  }

  /** Samples refused so far, by reason. */
  get refused(): ReadonlyMap<Refusal, number> {
    return this.#refused;
  }

  /** A WriteRequest with our labels. Metadata and whatever else it holds is left out. Throws RangeError where it is none. */
  apply(request: Buffer): Buffer {
    const parts: Buffer[] = [];
    for (const { number, wireType, content, end } of fieldsOf(request)) {
      if (number !== TIMESERIES || wireType !== 2) continue;
      const series = this.#series(request, content, end);
      if (series !== undefined) parts.push(...delimited(TIMESERIES, series));
    }
    return Buffer.concat(parts);
  }

  #series(bytes: Buffer, start: number, end: number): Buffer[] | undefined {
    const labels: Buffer[] = [];
    const rest: Buffer[] = [];
    for (const field of fieldsOf(bytes, start, end))
      (field.number === LABELS ? labels : rest).push(bytes.subarray(field.start, field.end));
    const came = labels.length === 1 ? labels[0] : Buffer.concat(labels);
    const key = (came ?? Buffer.alloc(0)).toString('latin1');
    const known = this.#known.get(key);
    if (known === undefined) return this.#begin(key, came ?? Buffer.alloc(0), Buffer.concat(rest));
    return typeof known === 'string' ? this.#refuse(known) : [known, ...rest];
  }

  #refuse(why: Refusal): undefined {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
  }

  /** A series that has not been seen before. */
  #begin(key: string, came: Buffer, samples: Buffer): Buffer[] | undefined {
    if (this.#known.size >= this.#mostSeries) return this.#refuse('too many series');
    const labels = readLabels(came);
    const name = labels?.get('__name__');
    const refusal = labels === undefined ? 'labels that Prometheus would not take' : 'not a metric of k6';
    if (labels === undefined || !name?.startsWith(namePrefix)) {
      this.#known.set(key, refusal);
      return this.#refuse(refusal);
    }
    const stamped = this.#stamped(labels);
    this.#known.set(key, stamped);
    const zeros = zerosBefore(name, samples);
    return zeros === undefined ? [stamped, samples] : [stamped, zeros, samples];
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

/** k6 takes any text as the name of a tag, Prometheus letters, digits and underscores only: `user-type` becomes `user_type`. */
function labelOf(tag: string): string {
  if (labelName.test(tag)) return tag;
  return `tag_${tag}`.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^tag_(?=[a-zA-Z])/, '');
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
    const kept = labelOf(name);
    if (name === '' || isOurs || labels.has(kept) || labels.size >= mostLabels) return undefined;
    labels.set(kept, value);
  }
  return labels;
}
