// How the parts of a store ask its database.

export interface Queries {
  /** Rows of one statement. Fails with 503 where the database is away or does not answer in time. */
  query<Row extends object>(operation: string, text: string, values: readonly unknown[]): Promise<Row[]>;
}
