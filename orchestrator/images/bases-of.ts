// The images that a Dockerfile begins with, or copies from. Pure.

const FROM = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i;
const COPY = /^\s*COPY\s.*--from=(\S+)/i;
const ARG = /^\s*ARG\s+(\w+)(?:=(.*))?$/i;

/** Each once, in order; without `scratch`, earlier stages, and names that hold a variable whose value is not known here. */
export function basesOf(dockerfile: string, args: Readonly<Record<string, string>>): string[] {
  const stages = new Set<string>();
  const values = new Map<string, string>();
  const bases = new Set<string>();
  for (const line of dockerfile.split(/\r?\n/)) {
    const [, name, fallback] = ARG.exec(line) ?? [];
    // Those before the first stage count for all names.
    if (name !== undefined && stages.size === 0 && bases.size === 0) {
      const value = args[name] ?? fallback?.trim().replace(/^(["'])(.*)\1$/, '$2');
      if (value !== undefined) values.set(name, value);
    }
    const [, written = COPY.exec(line)?.[1], stage] = FROM.exec(line) ?? [];
    // Stages have numbers, too.
    if (written === undefined || /^\d+$/.test(written)) continue;
    const base = written.replaceAll(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (whole, braced, plain) => values.get(braced ?? plain) ?? whole,
    );
    if (base !== 'scratch' && !stages.has(base.toLowerCase()) && !base.includes('$')) bases.add(base);
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return [...bases];
}
