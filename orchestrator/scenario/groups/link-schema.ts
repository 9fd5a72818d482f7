// What people write under `link`: the shape of each node's network link, at the start or from a point of the timeline on.
import { z } from 'zod';
import { byteRate, duration, orUnlimited, share } from '../text/quantities.ts';

export const LINK_KEYS = ['uplink', 'downlink', 'loss', 'delay', 'jitter'] as const;

/** The fields of a link; where one is left out, `otherwise` says what holds. */
export function linkFields(otherwise: { readonly rate: string; readonly none: string }) {
  return {
    uplink: orUnlimited(byteRate())
      .optional()
      .describe(`Rate of outgoing traffic in bytes, 1kB/s to 16TiB/s. ${otherwise.rate}`),
    downlink: orUnlimited(byteRate('100MiB/s'))
      .optional()
      .describe(`Rate of incoming traffic in bytes, 1kB/s to 16TiB/s. ${otherwise.rate}`),
    loss: share()
      .optional()
      .describe(`Share of packets lost in each direction, 0% to 100%. ${otherwise.none}`),
    delay: duration({ max: '1m', example: '20ms', fractional: true })
      .optional()
      .describe(`Delay of every packet that reaches a node, up to 1m. ${otherwise.none}`),
    jitter: duration({ max: '1m', example: '5ms', fractional: true })
      .optional()
      .describe(`How far the delay varies either way, at most the delay. ${otherwise.none}`),
  };
}

type WrittenLink = { readonly [Key in (typeof LINK_KEYS)[number]]?: unknown };

/** A link that says nothing is a mistake. */
export function checkSaysSomething(link: WrittenLink, context: z.RefinementCtx): void {
  if (LINK_KEYS.some((key) => link[key] !== undefined)) return;
  const keys = LINK_KEYS.map((key) => `\`${key}\``).join(', ');
  context.addIssue({ code: 'custom', message: `shapes nothing; write at least one of ${keys}` });
}

export const anyLinkKey = { anyOf: LINK_KEYS.map((key) => ({ required: [key] })) };

export const linkSchema = z
  .strictObject(linkFields({ rate: 'Default: unlimited.', none: 'Default: none.' }))
  .superRefine(checkSaysSomething)
  .superRefine(({ delay = 0, jitter = 0 }, context) => {
    if (jitter <= delay) return;
    const message = 'is more than the delay that it varies; write less, or a longer `delay`';
    context.addIssue({ code: 'custom', path: ['jitter'], message });
  })
  .meta({
    id: 'link',
    title: 'Link',
    description:
      "The shape of each node's network link, applied from outside the node: images need not know.",
    ...anyLinkKey,
  });

export type CheckedLink = z.output<typeof linkSchema>;
