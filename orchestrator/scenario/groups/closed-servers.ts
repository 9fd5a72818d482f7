// Servers that serve nobody but enrolled clients: those that such clients ask, through a balancer or not.

/** Of a group, as written or resolved. */
export interface Asking {
  readonly name: string;
  readonly role: string;
  readonly asks?: string;
  readonly enrolment?: unknown;
  readonly balances?: readonly string[];
}

/** Name of each such server group → the name of a client group that asks it and is enrolled. */
export function closedServers(groups: readonly Asking[]): ReadonlyMap<string, string> {
  const enrolled = groups.filter(
    ({ role, enrolment }) => role === 'client' && enrolment !== null && enrolment !== undefined,
  );
  return new Map(
    enrolled.flatMap(({ name, asks = '' }) => serversBehind(asks, groups).map((servers) => [servers, name])),
  );
}

/** The server groups that whoever asks this group reaches: itself, or those that it balances. */
export function serversBehind(asked: string, groups: readonly Asking[]): readonly string[] {
  return groups.find(({ name }) => name === asked)?.balances ?? [asked];
}
