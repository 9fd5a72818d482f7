// What a first scenario depends on: asked in a terminal, or given as flags.

export const ciSystems = ['github', 'gitlab'] as const;

export interface Answers {
  /** Of the scenario: lower-case letters, digits and dashes. */
  readonly name: string;
  /** Image of the system under test; null: Topolab's own server, to try it with. */
  readonly image: string | null;
  /** Null: there is no compose file, and `image` is the system. */
  readonly compose: {
    /** In the folder or below. */
    readonly files: readonly string[];
    /** Chosen ones; none: those of COMPOSE_PROFILES. */
    readonly profiles: readonly string[];
    /** The group among the services that users ask. */
    readonly target: string;
  } | null;
  /** Where the image serves users, 1 to 65535. */
  readonly port: number;
  /** Path that users ask for, with its slash. */
  readonly path: string;
  /** Path that answers 2xx once a container is ready; null: ready once the port accepts connections. */
  readonly ready: string | null;
  /** Requests a second that the system is to carry. */
  readonly ratePerSecond: number;
  readonly ci: (typeof ciSystems)[number] | null;
}

/** A folder's name as the name of a scenario. */
export function nameFrom(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, 30)
    .replace(/-$/, '');
  // Names that every object has are none of a scenario.
  return name === '' || name in Object.prototype ? 'shop' : name;
}
