// The environment of one program: the variables that the orchestrator writes and the program reads.
import { type Env, EnvReader } from './env-reader.ts';
import type { Variable } from './variables.ts';

type Variables = Readonly<Record<string, Variable<unknown>>>;

export type ValuesOf<Each extends Variables> = {
  readonly [Key in keyof Each]: Each[Key] extends Variable<infer Value> ? Value : never;
};

/** What an environment says once it was read: `ReadFrom<typeof serverEnvironment>`. */
export type ReadFrom<Of> = Of extends Environment<infer Each> ? ValuesOf<Each> : never;

export interface Environment<Each extends Variables> {
  readonly variables: Each;
  /** All values, with defaults for what is not set. Other variables are not looked at. Throws `bad-env` that names every wrong one, exit code 2. */
  read(env: Env): ValuesOf<Each>;
  /**
   * The variables that say these values; what is not given is left to its default.
   * Throws `bad-env` where the program would refuse one of them.
   */
  write(values: Partial<ValuesOf<Each>>): Record<string, string>;
}

export function environment<const Each extends Variables>(variables: Each): Environment<Each> {
  const entries = Object.entries(variables);
  return {
    variables,
    read: (env) => {
      const reader = new EnvReader(env);
      const values = Object.fromEntries(entries.map(([key, variable]) => [key, variable.read(reader)]));
      reader.check();
      return values as ValuesOf<Each>;
    },
    write: (values) => {
      const given: Readonly<Record<string, unknown>> = values;
      const written = entries.flatMap(([key, variable]) => {
        const value = given[key];
        const said = value === undefined ? undefined : variable.write(value);
        return said === undefined ? [] : [{ variable, said }];
      });
      const env = Object.fromEntries(written.map(({ variable, said }) => [variable.name, said]));
      const reader = new EnvReader(env);
      for (const { variable } of written) variable.read(reader);
      reader.check();
      return env;
    },
  };
}
