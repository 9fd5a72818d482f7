// What in a Dockerfile only BuildKit knows: the engine's first builder, which builds here, fails at it in words that say little. Pure.

export interface Needed {
  /** Of the instruction, from 1. */
  readonly line: number;
  /** `RUN --mount` */
  readonly what: string;
}

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  RUN: ['mount', 'network', 'security', 'device'],
  COPY: ['link', 'chmod', 'parents', 'exclude'],
  ADD: ['link', 'chmod', 'checksum', 'keep-git-dir', 'exclude', 'unpack'],
};
const INSTRUCTION = /^\s*([A-Za-z]+)\s+((?:--\S+\s+)*)(.*)$/s;
const HERE_DOCUMENT = /(?<!<)<<-?(["']?)([A-Za-z_]\w*)\1(?!\w)/;
const OWN_PLATFORM = /--platform=\$\{?(?:BUILD|TARGET)PLATFORM\b/;

/** The first of it; undefined where the engine's first builder can do it all. */
export function needsBuildKit(dockerfile: string): Needed | undefined {
  const lines = dockerfile.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const first = at;
    if (/^\s*#/.test(lines[at] ?? '')) continue;
    let text = lines[at] ?? '';
    while (/\\\s*$/.test(text) && at + 1 < lines.length)
      text = `${text.replace(/\\\s*$/, '')} ${lines[++at] ?? ''}`;
    const what = neededBy(text, lines.slice(at + 1));
    if (what !== undefined) return { line: first + 1, what };
  }
  return undefined;
}

/** @param behind lines after the instruction, in which a document would stand. */
function neededBy(text: string, behind: readonly string[]): string | undefined {
  const [, word = '', flags = '', rest = ''] = INSTRUCTION.exec(text) ?? [];
  const name = word.toUpperCase();
  if (name === 'FROM' && OWN_PLATFORM.test(flags)) return `FROM ${flags.trim()}`;
  const flag = FLAGS[name]?.find((each) => new RegExp(`--${each}(?:[=\\s]|$)`).test(flags));
  if (flag !== undefined) return `${name} --${flag}`;
  const delimiter = name in FLAGS ? HERE_DOCUMENT.exec(rest)?.[2] : undefined;
  const isDocument = delimiter !== undefined && behind.some((line) => line.trim() === delimiter);
  return isDocument ? `${name} <<${delimiter}` : undefined;
}
