// Docker's progress messages of pulls and builds, as lines for people.
import { z } from 'zod';

export const ProgressMessage = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});
export type ProgressMessage = z.infer<typeof ProgressMessage>;

const mebibyte = 1024 * 1024;
/** At least this long between two lines about bytes. */
const quietMs = 1_000;

/** Lines of a pull: each layer's change of state, and once a second the bytes of all layers together. */
export class PullProgress {
  readonly #state = new Map<string, string>();
  readonly #bytes = new Map<string, { current: number; total: number }>();
  #lastBytesMs = 0;

  lines(message: ProgressMessage, nowMs: number): string[] {
    const { id = '', status, progressDetail } = message;
    if (status === undefined) return [];
    if (status === 'Downloading') return this.#downloading(id, progressDetail, nowMs);
    if (this.#state.get(id) === status) return [];
    this.#state.set(id, status);
    return [id === '' ? status : `${id}: ${status}`];
  }

  #downloading(id: string, detail: ProgressMessage['progressDetail'], nowMs: number): string[] {
    if (detail?.total === undefined) return [];
    this.#bytes.set(id, { current: detail.current ?? 0, total: detail.total });
    if (nowMs - this.#lastBytesMs < quietMs) return [];
    this.#lastBytesMs = nowMs;
    const sum = (key: 'current' | 'total'): string =>
      ([...this.#bytes.values()].reduce((total, layer) => total + layer[key], 0) / mebibyte).toFixed(1);
    return [`Downloading ${sum('current')} of ${sum('total')} MiB`];
  }
}
