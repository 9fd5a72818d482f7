// Who asks a registry, in the words of Docker's API.

/** Either a user and a password, or a token. Never written anywhere. */
export interface RegistryAuth {
  readonly serveraddress: string;
  readonly username?: string;
  readonly password?: string;
  /** Of a log-in that gave a token in place of a password. */
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}
