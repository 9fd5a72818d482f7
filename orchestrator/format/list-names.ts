/** `a, b`; of many the first ones and how many more: `a, b, c and 97 more`. @param most that are named, default 10. */
export function listNames(names: readonly string[], most = 10): string {
  const more = names.length - most;
  return more <= 0 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${more} more`;
}
