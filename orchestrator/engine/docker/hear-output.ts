// What a container writes, as it writes it: a log has whole lines only.
import { StringDecoder } from 'node:string_decoder';
import type Docker from 'dockerode';
import type { ContainerSpec } from '../engine.ts';
import { FrameParser } from './frames.ts';
import { untilAborted } from './logs.ts';

/** Called before the start, so that nothing is missed. Returns as soon as it hears. See `ContainerSpec.output`. */
export async function hearOutput(
  container: Docker.Container,
  { onText, signal }: NonNullable<ContainerSpec['output']>,
): Promise<void> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  const frames = new FrameParser();
  const hear = async (): Promise<void> => {
    for await (const chunk of untilAborted(stream, signal))
      for (const { source, data } of frames.push(chunk)) onText(source, decoders[source].write(data));
  };
  // Not awaited: it goes on for as long as the container writes. A stream that breaks is no loss that a log doesn't make good.
  void hear().catch(() => undefined);
}
