// Remote write's messages as tests write and read them.
import { delimited, fieldsOf } from '../../../../node-image/agent/gate/wire.ts';

type Labels = readonly (readonly [string, string])[];

/** Stands for samples: whatever it is, it must come through as it is. */
export const sample = Buffer.from([0x12, 0x09, 0x09, 1, 2, 3, 4, 5, 6, 7, 8]);

export function writeRequest(...series: readonly Labels[]): Buffer {
  return Buffer.concat(
    series.flatMap((labels) => {
      const fields = labels.flatMap(([name, value]) =>
        delimited(1, [...delimited(1, [Buffer.from(name)]), ...delimited(2, [Buffer.from(value)])]),
      );
      return delimited(1, [...fields, sample]);
    }),
  );
}

export function readRequest(bytes: Buffer): { labels: Record<string, string>; rest: Buffer }[] {
  return [...fieldsOf(bytes)].map(({ content, end }) => {
    const labels: Record<string, string> = {};
    const rest: Buffer[] = [];
    for (const field of fieldsOf(bytes, content, end)) {
      if (field.number !== 1) {
        rest.push(bytes.subarray(field.start, field.end));
        continue;
      }
      const [name, value] = [...fieldsOf(bytes, field.content, field.end)].map((text) =>
        bytes.toString('utf8', text.content, text.end),
      );
      labels[name ?? ''] = value ?? '';
    }
    return { labels, rest: Buffer.concat(rest) };
  });
}
