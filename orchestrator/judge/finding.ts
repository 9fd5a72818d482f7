// What judging finds, as data: a code and the figures that belong to it. Code branches on codes; words.ts puts them into sentences.
import type { ObjectiveResult, Saturation } from '../measure/figures.ts';

export type Finding =
  | { readonly code: 'broken'; readonly error: string | null }
  | { readonly code: 'interrupted' }
  /** Measuring itself failed. */
  | { readonly code: 'not-measured'; readonly error: string }
  | { readonly code: 'generator-failed'; readonly node: string; readonly exitCode: number }
  | { readonly code: 'no-samples'; readonly objective: string; readonly why: string | null }
  | { readonly code: 'load-not-seen'; readonly load: string }
  | { readonly code: 'host-not-watched' }
  | { readonly code: 'generator-short-of-cpu'; readonly saturation: Saturation }
  | { readonly code: 'host-filled-by-others'; readonly saturation: Saturation }
  | { readonly code: 'host-stolen'; readonly saturation: Saturation }
  /** `missing`: iterations of the `asked` ones that were not started. */
  | {
      readonly code: 'not-delivered';
      readonly load: string;
      readonly asked: number;
      readonly missing: number;
    }
  | { readonly code: 'objective-missed'; readonly result: ObjectiveResult }
  | { readonly code: 'no-objectives' }
  | { readonly code: 'thresholds-crossed'; readonly nodes: readonly string[] }
  | { readonly code: 'saturated'; readonly saturation: Saturation };
