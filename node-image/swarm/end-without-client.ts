// What becomes of a node whose BitTorrent client is gone for good.
import { log } from '../process/log.ts';

/** A node that could never answer again for its files ends, so that the run sees it. */
export function endWithoutClient(why: string): void {
  log('error', 'the BitTorrent client is gone', { why });
  process.exit(1);
}
