// The one error class of the project. It carries what a person needs to act on, and the exit code that main.ts ends with.

/** Process exit codes, documented in docs/guide/objectives-and-verdicts.md. */
export const ExitCode = {
  /** Every objective held. */
  pass: 0,
  /** Something of ours or of the host broke: Docker, the disk, a bug. */
  broken: 1,
  /** The scenario or the command line is wrong. */
  usage: 2,
  /** An objective was missed. */
  missed: 3,
  /** The measurement is not valid: generator saturated, load not delivered, no samples. */
  invalid: 4,
  /** Interrupted by a signal; everything cleaned up, partial report written. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** From best to worst. */
const SEVERITY: readonly number[] = [
  ExitCode.pass,
  ExitCode.missed,
  ExitCode.invalid,
  ExitCode.usage,
  ExitCode.broken,
  ExitCode.interrupted,
];

/** What several runs end with together. */
export function worstExitCode(codes: readonly number[]): number {
  return codes.toSorted((a, b) => SEVERITY.indexOf(b) - SEVERITY.indexOf(a))[0] ?? ExitCode.pass;
}

export interface TopolabErrorOptions {
  /** Stable, kebab-case, for programs: `image-not-found`. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly hint?: string;
  /** Defaults to 1 (broken). */
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/**
 * An error a person is meant to read. The message says what was attempted, on which node, and what was seen;
 * `hint` says what to do instead. Wrap once at a boundary, print once in main.ts.
 */
export class TopolabError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, options: TopolabErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TopolabError';
    this.code = options.code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? ExitCode.broken;
  }
}

/** The message of anything that was thrown. Never throws itself, whatever it was. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'something that has no text';
  }
}

/** The same error, said of somebody: `box2: images could not be loaded: …`. What is no TopolabError stays as it is. */
export function saidOf(who: string, error: unknown): unknown {
  if (!(error instanceof TopolabError)) return error;
  const { message, code, hint, exitCode } = error;
  return new TopolabError(`${who}: ${message}`, {
    code,
    exitCode,
    cause: error,
    ...(hint !== undefined && { hint }),
  });
}
