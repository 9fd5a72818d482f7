// What is still to happen while a plan is made, by time.

interface Item {
  readonly offsetMs: number;
  readonly rank: number;
  readonly happen: () => void;
}

/** Things at the same time happen by rank, those of one rank in the order in which they were put down. */
export class Agenda {
  /** The next one last. */
  readonly #items: Item[] = [];
  readonly #endMs: number;

  /** Nothing happens at `endMs` or later. */
  constructor(endMs: number) {
    this.#endMs = endMs;
  }

  at(offsetMs: number, rank: number, happen: () => void): void {
    if (offsetMs >= this.#endMs) return;
    const item = { offsetMs, rank, happen };
    this.#items.splice(this.#placeOf(item), 0, item);
  }

  /** Lets everything happen; what happens may put down more, at its own time or later. */
  run(): void {
    for (let item = this.#items.pop(); item !== undefined; item = this.#items.pop()) item.happen();
  }

  /** By bisection: before all items that come earlier, or at the same time and rank. */
  #placeOf({ offsetMs, rank }: Item): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#items[middle];
      if (other === undefined) break;
      const otherLater = other.offsetMs - offsetMs || other.rank - rank;
      if (otherLater > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
