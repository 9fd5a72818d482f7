// What is wrong with a scenario and where, before it is known in which line that stands.

/** Keys and list indexes from the top of the scenario. */
export type ProblemPath = readonly (string | number)[];

/** A place in another file than the scenario's own. */
export interface Elsewhere {
  /** Relative to the folder of the scenario file. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** In that file. */
  readonly path: ProblemPath;
  /** Variables in the text there for which nothing stands: mostly what is wrong with it comes from that. */
  readonly unset?: readonly string[];
}

export interface Problem {
  readonly path: ProblemPath;
  /** What is wrong, and what to write instead. */
  readonly message: string;
  /** Whether the key itself is wrong, or what stands under it. */
  readonly at: 'key' | 'value';
  /** Where it stands if not in the scenario's own file; `path` is then one of that file. */
  readonly elsewhere?: Elsewhere;
}

export type Report = (path: ProblemPath, message: string, at?: Problem['at']) => void;

/** `groups.servers.memory`, `timeline[0].scale.to`, `groups.servers.files["report.pdf"]`; `scenario` for the whole. */
export function formatPath(path: ProblemPath): string {
  if (path.length === 0) return 'scenario';
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** The same for messages: keys that are very long are cut off. */
export function shownPath(path: ProblemPath): string {
  return formatPath(
    path.map((part) => (typeof part === 'string' && part.length > 60 ? `${part.slice(0, 57)}…` : part)),
  );
}

/** As `list.push(...more)`, which a call can't take where there are very many. */
export function append<Item>(list: Item[], more: readonly Item[]): void {
  for (const item of more) list.push(item);
}
