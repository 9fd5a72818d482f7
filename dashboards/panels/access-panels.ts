// What canaries ask for and what comes of it: whether those who lost a right are refused, and nobody else.
import type { Panel, PanelQuery } from './panel.ts';

function probes(labels: string, legend: string): PanelQuery {
  const rate = `rate(topolab_canary_probes_total{run=~"$run", ${labels}}[$window])`;
  return { expr: `sum by (run, user) (${rate})`, legend, needs: ['access'] };
}

export const unauthorisedPanel: Panel = {
  id: 'access-unauthorised',
  title: 'Served without the right',
  help: 'Requests of canaries per second that were served although they had lost the right, or their token was worthless. Should fall to 0 soon after a revocation.',
  unit: 'per-second',
  queries: [probes('expected="forbidden", outcome="served"', '{{user}}')],
};

export const falseRefusalsPanel: Panel = {
  id: 'access-wrongly-refused',
  title: 'Refused with the right',
  help: 'Requests of canaries per second that were refused although they had the right. Should stay at 0: refusing everybody is no security.',
  unit: 'per-second',
  queries: [probes('expected="allowed", outcome="refused"', '{{user}}')],
};

export const accessDecisionsPanel: Panel = {
  id: 'access-decisions',
  title: 'Access decisions',
  help: 'What nodes decide of users’ requests per second: allowed, or refused for want of a right, of a token, or of one that is genuine and has not expired.',
  unit: 'per-second',
  queries: [
    {
      expr: 'sum by (run, decision) (rate(topolab_access_decisions_total{run=~"$run"}[$window]))',
      legend: '{{decision}}',
      needs: ['access'],
    },
  ],
};
