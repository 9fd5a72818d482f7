import { describe, expect, it } from 'vitest';
import { zerosBefore } from '../../../../node-image/agent/gate/birth.ts';
import { Stamp } from '../../../../node-image/agent/gate/stamp.ts';
import { delimited, writeVarint } from '../../../../node-image/agent/gate/wire.ts';
import { readRequest } from './write-request.ts';

// 2026-11-29 12:00:00.250 UTC: more than 32 bits.
const atMs = 1_795_953_600_250;

function number(field: number, value: number): Buffer {
  return Buffer.from([...writeVarint(field * 8), ...writeVarint(value)]);
}

function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(field * 8 + 1);
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

const sample = Buffer.concat(delimited(2, [double(1, 3), number(2, atMs)]));
const sixteen = Array.from({ length: 16 }, (_, index) => atMs - 16 + index);
const zeroSamples = Buffer.concat(sixteen.flatMap((ms) => delimited(2, [number(2, ms)])));
const shape = [number(4, 6), double(5, 0.001)];
const spans = delimited(11, [number(1, 4), number(2, 1)]);
const histogram = Buffer.concat(
  delimited(4, [number(1, 1), double(3, 0.2), ...shape, number(6, 0), ...spans, number(15, atMs)]),
);
const zeroHistograms = Buffer.concat(sixteen.flatMap((ms) => delimited(4, [...shape, number(15, ms)])));

describe('a new series begins at zero, right before its first sample', () => {
  it.each([
    ['a counter', 'k6_http_reqs_total', sample, zeroSamples],
    [
      'a histogram, of the same shape and without buckets',
      'k6_http_req_duration_seconds',
      histogram,
      zeroHistograms,
    ],
    ['a gauge does not', 'k6_vus', sample, undefined],
    ['nor does one without samples', 'k6_http_reqs_total', Buffer.alloc(0), undefined],
  ])('%s', (_, name, samples, zero) => {
    expect(zerosBefore(name, samples)).toEqual(zero);
  });

  it('and only the first time that it is seen', () => {
    const stamp = new Stamp({ run: 'r1' }, 10);
    const push = (id: string) => {
      const label = (name: string, value: string) =>
        delimited(1, [...delimited(1, [Buffer.from(name)]), ...delimited(2, [Buffer.from(value)])]);
      const series = [...label('__name__', 'k6_http_reqs_total'), ...label('id', id), sample];
      return readRequest(stamp.apply(Buffer.concat(delimited(1, series)))).map(({ rest }) => rest);
    };
    expect(push('a')).toEqual([Buffer.concat([zeroSamples, sample])]);
    expect(push('a')).toEqual([sample]);
    expect(push('b')).toEqual([Buffer.concat([zeroSamples, sample])]);
  });
});
