// "Did you mean …": the known word nearest to one that is not known.

/** Longer words are nobody's slip, and comparing them would take seconds. */
const LONGEST_WORD = 64;
/** More names than that are not read. */
const MOST_NAMED = 20;

/** The same words are misspelt again and again in a generated file: each is looked up once in a list of names. */
const found = new WeakMap<readonly string[], Map<string, string | undefined>>();

/** The candidate within a third of the word's length in edits (at least one); undefined where none is that near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const known = found.get(candidates) ?? new Map<string, string | undefined>();
  found.set(candidates, known);
  if (!known.has(word)) known.set(word, search(word.toLowerCase(), candidates));
  return known.get(word);
}

function search(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let fewest = limit + 1;
  for (const candidate of candidates) {
    // Fewer edits than that can't bridge the lengths.
    if (Math.abs(candidate.length - word.length) >= fewest) continue;
    const edits = editDistance(word, candidate.toLowerCase(), fewest - 1);
    if (edits < fewest) [best, fewest] = [candidate, edits];
    if (fewest === 0) break;
  }
  return best;
}

/** Words of k6, compose files and tools that inject faults → those that may be meant here. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'constant-arrival-rate': ['open'],
  'ramping-arrival-rate': ['open'],
  'constant-vus': ['closed'],
  'ramping-vus': ['closed'],
  'per-vu-iterations': ['each-node'],
  'shared-iterations': ['script'],
  'externally-controlled': ['script'],
  executor: ['model'],
  vus: ['virtualUsers', 'startVirtualUsers', 'maxVirtualUsers'],
  startVUs: ['startVirtualUsers'],
  maxVUs: ['maxVirtualUsers'],
  preAllocatedVUs: ['maxVirtualUsers'],
  gracefulStop: ['grace'],
  thresholds: ['objectives'],
  services: ['groups'],
  nodes: ['groups'],
  environment: ['env'],
  depends_on: ['after'],
  healthcheck: ['ready'],
  mem_limit: ['memory'],
  netem: ['link'],
  latency: ['link'],
  bandwidth: ['link'],
  partitioned: ['partition'],
  freeze: ['pause'],
  hang: ['pause'],
};

/** A candidate that the word is composed with (`pod-kill`), or that another tool calls so. */
function meant(word: string, candidates: readonly string[]): string | undefined {
  const parts = word.split(/[-_ ]/);
  const part = parts.length > 1 ? candidates.find((each) => parts.includes(each)) : undefined;
  return (
    part ??
    (Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word]?.find((each) => candidates.includes(each)) : undefined)
  );
}

/** What to write instead: `did you mean "x"?` or, where nothing is near, the whole list. */
export function instead(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates) ?? meant(word, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (candidates.length === 0) return 'there are none';
  return candidates.length === 1 ? `write "${candidates[0]}"` : `write one of ${listed(candidates)}`;
}

/** `a, b, c`; of many the first ones. */
function listed(words: readonly string[]): string {
  const more = words.length - MOST_NAMED;
  return more > 0 ? `${words.slice(0, MOST_NAMED).join(', ')} and ${more} more` : words.join(', ');
}

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours count one each. Something above
 * `most` where it is more than that.
 */
function editDistance(a: string, b: string, most: number): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const substitution = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, substitution, swap));
    }
    // No way through two rows in which every cell is beyond comes back below.
    if (Math.min(...row) > most && Math.min(...(rows[i - 1] ?? [])) > most) return Infinity;
  }
  return at(a.length, b.length);
}
