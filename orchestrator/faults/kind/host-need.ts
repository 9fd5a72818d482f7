// What a fault needs of the engine's host. Asked of it once before a run launches its nodes, so that it is refused by name rather than fail in
// the middle; `topolab plan` lists it.

export interface KernelFeature {
  /** The kernel's name for it: `the netem queueing discipline`. */
  readonly name: string;
  /** Modules to load where the kernel has it as such, separated by spaces; '' where it never is one. */
  readonly module: string;
  /** Shell command of the helper that succeeds, in an empty network namespace, where the kernel has it. */
  readonly trial: string;
}

export interface HostNeed {
  /** What could not be done without: `shape the links`. */
  readonly task: string;
  /** What asks for it, as scenarios call it: `delay`. */
  readonly field: string;
  /** Ways to do it, the best first: one suffices, and takes all of its features. */
  readonly ways: readonly (readonly KernelFeature[])[];
  /** Said where none of several ways is possible. */
  readonly advice?: string;
}

/** The first way that lacks nothing; undefined where there is none. */
export function possibleWay<Way extends readonly KernelFeature[]>(
  ways: readonly Way[],
  lacks: (feature: KernelFeature) => boolean,
): Way | undefined {
  return ways.find((way) => !way.some(lacks));
}
