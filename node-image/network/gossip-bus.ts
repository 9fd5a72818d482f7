// Everything that all peers are to hear goes over one GossipSub topic, for each topic costs a mesh of its own.
import type { Host } from './create-host.ts';
import { type GossipMessage, type MessageKind, MessageWriter, readMessage } from './gossip-message.ts';

/** Takes a message that is new here. False, or failing, refuses it: it is then not passed on. */
export type Receiver = (message: GossipMessage) => boolean | Promise<boolean>;

export class GossipBus {
  readonly #host: Host;
  readonly #topic: string;
  readonly #writer: MessageWriter;
  readonly #receivers = new Map<number, Receiver>();

  /** @param name of the network */
  static async join(host: Host, name: string, node: string): Promise<GossipBus> {
    const bus = new GossipBus(host, name, node);
    const { TopicValidatorResult } = await import('./libp2p.ts');
    // The validator sees each message once, before it is passed on: where it is judged is also where it is received.
    host.gossip?.topicValidators.set(bus.#topic, async (_peer, { data }) =>
      (await bus.#receive(data)) ? TopicValidatorResult.Accept : TopicValidatorResult.Reject,
    );
    host.gossip?.subscribe(bus.#topic);
    return bus;
  }

  private constructor(host: Host, name: string, node: string) {
    this.#host = host;
    this.#topic = `topolab/${name}`;
    this.#writer = new MessageWriter(node);
  }

  on(kind: MessageKind, receiver: Receiver): void {
    this.#receivers.set(kind, receiver);
  }

  /**
   * Resolves when it was handed to the neighbours there are; reaching nobody is no failure.
   * @param key of a message that already has one. Default: a new one.
   */
  async publish(kind: MessageKind, publishedAtMs: number, body: Uint8Array, key?: Buffer): Promise<void> {
    await this.#host.gossip?.publish(this.#topic, this.#writer.write(kind, publishedAtMs, body, key));
  }

  async #receive(data: Uint8Array): Promise<boolean> {
    const message = readMessage(data);
    if (message === undefined) return false;
    try {
      // What a newer program sends is passed on, though nobody here reads it.
      return (await this.#receivers.get(message.kind)?.(message)) ?? true;
    } catch {
      return false;
    }
  }
}
