import { describe, expect, test } from 'vitest';
import { FrameReader, frameOf, maxFrameBytes } from '../../../../node-image/network/frames.ts';
import {
  MessageKind,
  MessageWriter,
  messageIdOf,
  messageKeyOf,
  messageKindOf,
  readMessage,
} from '../../../../node-image/network/gossip-message.ts';

describe('frames', () => {
  const contents = ['', 'a', 'hello', 'x'.repeat(70_000)].map((text) => Buffer.from(text));
  const bytes = Buffer.concat(contents.map(frameOf));

  test.each([1, 3, 4, 5, 1000, bytes.length])('come out whole from chunks of %i bytes', (size) => {
    const reader = new FrameReader();
    const frames: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size)
      frames.push(...reader.push(bytes.subarray(at, at + size)));
    expect(frames.map(String)).toEqual(contents.map(String));
  });

  test('that claim to be longer than allowed are refused before they are collected', () => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(maxFrameBytes + 1);
    expect(() => new FrameReader().push(header)).toThrow(RangeError);
  });
});

describe('a gossip message', () => {
  const writer = new MessageWriter('peers-1');

  test('is read as it was written', () => {
    const written = writer.write(MessageKind.event, 1234.5, Buffer.from('grüße'));
    const read = readMessage(new Uint8Array(written));
    expect(read).toMatchObject({ kind: MessageKind.event, publishedAtMs: 1234.5, publishedBy: 'peers-1' });
    expect(read?.body.toString()).toBe('grüße');
    expect(messageKindOf(written)).toBe(MessageKind.event);
  });

  test('has an id of its own, whole or cut out', () => {
    const one = writer.write(MessageKind.event, 1, Buffer.from('same'));
    const other = writer.write(MessageKind.event, 1, Buffer.from('same'));
    expect(messageKeyOf(one)).not.toBe(messageKeyOf(other));
    expect(messageKeyOf(messageIdOf(one))).toBe(messageKeyOf(one));
  });

  test('that is cut short is no message', () => {
    const written = writer.write(MessageKind.event, 1, Buffer.from(''));
    for (const length of [0, 5, 21, written.length - 1]) {
      expect(readMessage(written.subarray(0, length))).toBeUndefined();
    }
  });
});
