// Names of services and volumes of compose files as names of groups and volumes here. Pure.

/** What every run has beside its own groups. */
const RESERVED = ['agent', 'canary', 'prometheus', 'grafana', 'topolab', 'localhost', 'constructor'];
const LONGEST = 40;

/** `my_App.1` → `my-app-1`: lower-case letters, digits and single hyphens, with a letter. */
export function groupName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-|-$/g, '');
  return RESERVED.includes(plain) || !/[a-z]/.test(plain) ? `own-${plain}` : plain;
}
