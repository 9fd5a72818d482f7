// The label that a tag of k6 has in Prometheus: the gate makes it, and whoever asks by a tag must know it.

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** Labels that say where a generator's sample comes from. A script's own tags by such names keep their value as `exported_…`. */
const ours: ReadonlySet<string> = new Set(['run', 'scenario', 'group', 'node', 'load', 'window']);

/** k6 takes any text as the name of a tag, Prometheus letters, digits and underscores only: `user-type` becomes `user_type`. */
export function labelOfTag(tag: string): string {
  if (labelName.test(tag)) return tag;
  return `tag_${tag}`.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^tag_(?=[a-zA-Z])/, '');
}

/** By which label samples are told that k6 has given this tag. */
export function askedLabelOf(tag: string): string {
  return ours.has(tag) ? `exported_${tag}` : labelOfTag(tag);
}
