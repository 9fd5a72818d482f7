// A network that is switched to peer-to-peer and back again and again, while users work and Topolab itself writes records and events: what counts here is
// whether one that was acknowledged is ever lost. As a control, one of the peers is destroyed where each record is on a single one.
import { defineScenario } from '../../orchestrator/scenario/define-scenario.ts';

const firstMs = 8_000;

export default defineScenario({
  parameters: {
    times: { type: 'integer', min: 1, max: 50, default: 5, description: 'Switches each way' },
    each: {
      type: 'integer',
      min: 10,
      max: 300,
      default: 30,
      description: 'Seconds from one switch to the next',
    },
    loses: {
      of: ['no', 'yes'],
      default: 'no',
      description: 'Whether a peer is destroyed, the only one with its records',
    },
  },
  build: ({ times, each, loses }) => {
    const atMs = (nth: number): number => firstMs + nth * each * 1000;
    const lengthMs = atMs(2 * times);
    return {
      name: 'bench-switching',
      groups: {
        database: { role: 'store' },
        servers: { role: 'server', store: 'database' },
        directory: { role: 'tracker' },
        nodes: {
          role: 'client',
          asks: 'servers',
          switches: true,
          replicas: 3,
          ...(loses === 'yes' && { recordReplicas: 1 }),
        },
      },
      load: {
        users: {
          script: '../../scenarios/load/records-and-events.ts',
          target: 'nodes',
          model: 'open',
          startRate: '6/s',
          stages: [{ duration: `${lengthMs}ms`, rate: '6/s' }],
          maxVirtualUsers: 40,
        },
      },
      records: { target: 'nodes', rate: '5/s', events: '3/s' },
      timeline: [
        ...Array.from({ length: 2 * times }, (_, nth) => ({
          at: `${atMs(nth)}ms`,
          switch: {
            group: 'nodes',
            to: nth % 2 === 0 ? ('peer-to-peer' as const) : ('client-server' as const),
          },
        })),
        // Once the first switch is over.
        ...(loses === 'yes'
          ? [
              {
                at: `${atMs(0) + each * 900}ms`,
                kill: { group: 'nodes', rule: 'random' as const },
              },
            ]
          : []),
      ],
      objectives: [{ recordsLost: { atMost: 0 } }],
    };
  },
});
