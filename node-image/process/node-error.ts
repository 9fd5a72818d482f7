// The one error class of the program inside a node's container: what a person needs to act on, and the exit code of the process.

/** 1 = something broke, 2 = the environment or the command line is wrong. */
export type NodeExitCode = 1 | 2;

export class NodeError extends Error {
  /** Stable, kebab-case, for programs. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly hint: string | undefined;
  readonly exitCode: NodeExitCode;

  constructor(
    message: string,
    options: {
      readonly code: string;
      readonly hint?: string;
      readonly exitCode?: NodeExitCode;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'NodeError';
    this.code = options.code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
