// Reads settings from environment variables and reports all problems at once, so that a person mends them in one go.
import { NodeError } from '../process/node-error.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** Collects the values and the problems of one command's settings; call `check` once all are read. */
export class EnvReader {
  readonly #env: Env;
  readonly #problems: string[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  /** A number within bounds, or its default where the variable is not set or empty. */
  number(name: string, bounds: { default: number; min: number; max: number; whole?: boolean }): number {
    const text = this.#env[name];
    if (text === undefined || text.trim() === '') return bounds.default;
    const value = Number(text);
    const fits = value >= bounds.min && value <= bounds.max && (!bounds.whole || Number.isInteger(value));
    if (fits) return value;
    const kind = bounds.whole ? 'a whole number' : 'a number';
    this.problem(`${name} is '${text}': write ${kind} from ${bounds.min} to ${bounds.max}`);
    return bounds.default;
  }

  /** The text, or undefined where the variable is not set or empty. */
  text(name: string): string | undefined {
    const text = this.#env[name];
    return text === undefined || text === '' ? undefined : text;
  }

  problem(message: string): void {
    this.#problems.push(message);
  }

  /** Throws `bad-env` with every problem, exit code 2. */
  check(): void {
    if (this.#problems.length === 0) return;
    throw new NodeError(`This node's environment is wrong: ${this.#problems.join('; ')}.`, {
      code: 'bad-env',
      hint: "Mend these variables in the group's env of the scenario file.",
      exitCode: 2,
    });
  }
}
