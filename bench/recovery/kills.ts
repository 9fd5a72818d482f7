// A database behind a server is destroyed again and again while records are written, at moments that are drawn, and restored each time. Nobody but
// Topolab itself writes them: what counts here is whether one that was acknowledged is ever lost.
import { createHash } from 'node:crypto';
import { defineScenario } from '../../orchestrator/scenario/define-scenario.ts';

/** From one destruction's earliest moment to the next one's; the first records are written before that. */
const everyMs = 20_000;
const firstMs = 6_000;
/** A destruction falls anywhere into these, and its restore begins after them. */
const drawnFromMs = 4_500;
const restoredAfterMs = 5_000;

export default defineScenario({
  parameters: {
    method: {
      of: ['pgbackrest', 'wal-receiver'],
      default: 'wal-receiver',
      description: 'How it is backed up',
    },
    kills: { type: 'integer', min: 1, max: 100, default: 10, description: 'Destructions' },
    draw: { type: 'integer', min: 0, default: 1, description: 'Draws their moments' },
  },
  build: ({ method, kills, draw }) => ({
    name: 'bench-recovery',
    groups: {
      database: { role: 'store', backup: { method } },
      servers: { role: 'server', store: 'database' },
    },
    records: { target: 'servers', rate: '100/s' },
    phases: [{ name: 'kills', duration: `${firstMs + kills * everyMs}ms` }],
    timeline: Array.from({ length: kills }, (_, nth) => {
      const fromMs = firstMs + nth * everyMs;
      return [
        { at: `${fromMs + momentOf(draw, nth)}ms`, destroy: { group: 'database' } },
        { at: `${fromMs + restoredAfterMs}ms`, restore: { group: 'database' } },
      ];
    }).flat(),
    objectives: [{ recordsLost: { atMost: 0 } }, { rpo: { atMost: '0s' } }],
  }),
});

/** Even over the time that it is drawn from. */
function momentOf(draw: number, nth: number): number {
  const drawn = createHash('sha256').update(`${draw} ${nth}`).digest().readUInt32BE(0);
  return Math.floor((drawn / 2 ** 32) * drawnFromMs);
}
