// The images of a stack. Grafana can only be pulled; where that fails, the rest of the stack is still of use.
import { TopolabError } from '../errors.ts';
import { GRAFANA_IMAGE, NODE_IMAGE, PROMETHEUS_IMAGE } from '../image-names.ts';
import type { StackImages } from './stack-specs.ts';

/** What is asked of ensureImages: gets images onto the engine and says under which reference each is launched. */
export type EnsureImages = (refs: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Codes that say that an image is not available here, as opposed to something being broken. */
const NOT_TO_BE_HAD = new Set(['image-not-available', 'image-not-pulled', 'substitute-not-possible']);

/** `warn` is told why where the stack has to do without Grafana. */
export async function ensureStackImages(
  ensure: EnsureImages,
  warn: (message: string) => void,
): Promise<StackImages> {
  const images = await ensure([NODE_IMAGE, PROMETHEUS_IMAGE]);
  return {
    node: images.get(NODE_IMAGE) ?? NODE_IMAGE,
    prometheus: images.get(PROMETHEUS_IMAGE) ?? PROMETHEUS_IMAGE,
    grafana: await grafanaImage(ensure, warn),
  };
}

async function grafanaImage(
  ensure: EnsureImages,
  warn: (message: string) => void,
): Promise<string | undefined> {
  try {
    return (await ensure([GRAFANA_IMAGE])).get(GRAFANA_IMAGE) ?? GRAFANA_IMAGE;
  } catch (error) {
    if (!(error instanceof TopolabError) || !NOT_TO_BE_HAD.has(error.code)) throw error;
    warn(`The stack runs without Grafana: ${error.message}`);
    return undefined;
  }
}
