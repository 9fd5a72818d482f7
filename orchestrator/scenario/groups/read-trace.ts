// A churn trace as CSV text → joins and leaves, or what is wrong with it line by line.
import { append } from '../text/problem.ts';
import type { TraceEvent } from './group-common.ts';
import { LONGEST_MS } from '../text/quantities.ts';

/** More would be a mistake: each becomes an action of the plan. */
const MOST_EVENTS = 10_000;
const MOST_FAULTS = 5;

export interface TraceFile {
  /** Sorted by offset; those at the same time keep their order. */
  readonly events: readonly TraceEvent[];
  /** `line 3: …`, at most five. */
  readonly problems: readonly string[];
}

/**
 * Lines of `offset seconds, join|leave, node number (optional)`; empty lines, lines that begin with `#` and a header line
 * are passed over. `initialNodes` are there from the start, with the numbers 1, 2, …; `windowMs` is how long churn goes on, undefined
 * where that is not known.
 */
export function readTrace(text: string, initialNodes: number, windowMs: number | undefined): TraceFile {
  const rows = text
    .split(/\r?\n/)
    .map((row, index) => ({
      line: index + 1,
      cells: row.split(',').map((cell) => cell.trim()),
      row: row.trim(),
    }))
    .filter(({ row }) => row !== '' && !row.startsWith('#'));
  if (isHeader(rows[0]?.cells ?? [])) rows.shift();
  if (rows.length === 0)
    return { events: [], problems: ['it has no joins or leaves; write lines such as 12.5,join'] };
  if (rows.length > MOST_EVENTS)
    return { events: [], problems: [`it has ${rows.length} lines; write ${MOST_EVENTS} or fewer`] };
  const read = rows.map(({ line, cells }) => ({ line, event: readRow(cells) }));
  const problems = read.flatMap(({ line, event }) => {
    if (typeof event === 'string') return [`line ${line}: ${event}`];
    if (windowMs === undefined || event.offsetMs < windowMs) return [];
    return [
      `line ${line}: ${event.offsetMs / 1000} s is when churn has ended, after ${windowMs / 1000} s; write less, or make the run longer`,
    ];
  });
  const events = read
    .flatMap(({ line, event }) => (typeof event === 'string' ? [] : [{ line, ...event }]))
    .toSorted((a, b) => a.offsetMs - b.offsetMs);
  append(problems, presenceProblems(events, initialNodes));
  return {
    events: events.map(({ offsetMs, kind, node }) => ({ offsetMs, kind, node })),
    problems: problems.slice(0, MOST_FAULTS),
  };
}

/** Words over the columns. A row that says join or leave is none, whatever stands before it. */
function isHeader([offset = '', kind = '']: readonly string[]): boolean {
  return /^[A-Za-z]/.test(offset) && kind !== 'join' && kind !== 'leave';
}

function readRow([offset = '', kind = '', node = '', ...more]: readonly string[]): TraceEvent | string {
  const offsetMs = offset === '' ? Number.NaN : Math.round(Number(offset) * 1000);
  if (Number.isNaN(offsetMs)) return `"${offset}" is no number of seconds; write for example 12.5`;
  if (offsetMs < 0 || offsetMs > LONGEST_MS) return `${offset} s is not between 0 and ${LONGEST_MS / 1000} s`;
  if (kind !== 'join' && kind !== 'leave') return `"${kind}" is not known here; write join or leave`;
  if (node !== '' && !/^[1-9]\d{0,8}$/.test(node)) return `"${node}" is no number of a node; write 1 or more`;
  if (more.some((cell) => cell !== '')) return 'has more than three columns; write offset,join|leave,node';
  return { offsetMs, kind, node: node === '' ? null : Number(node) };
}

/** Numbered nodes that join although they are there, or leave although they are not. */
function presenceProblems(
  events: readonly (TraceEvent & { readonly line: number })[],
  initialNodes: number,
): string[] {
  const present = new Set(Array.from({ length: initialNodes }, (_, index) => index + 1));
  return events.flatMap(({ line, kind, node }) => {
    if (node === null) return [];
    const there = present.has(node);
    if (kind === 'join') present.add(node);
    else present.delete(node);
    if (there === (kind === 'leave')) return [];
    return [
      `line ${line}: node ${node} ${kind === 'join' ? 'joins, but is there already' : 'leaves, but is not there'}`,
    ];
  });
}
