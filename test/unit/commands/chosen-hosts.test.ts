import { expect, it } from 'vitest';
import { choiceOf, keptChoice } from '../../../orchestrator/commands/chosen-hosts.ts';
import type { EngineChoice } from '../../../orchestrator/commands/prepare-options.ts';

it.each<[EngineChoice, EngineChoice]>([
  [{ engine: 'docker', placement: 'pack' }, { engine: 'docker' }],
  [{}, { engine: 'docker' }],
  [{ engine: 'swarm' }, { engine: 'swarm', placement: 'spread' }],
  [
    { engine: 'swarm', placement: 'zone', generators: 'anywhere' },
    { engine: 'swarm', placement: 'zone', generators: 'anywhere' },
  ],
])('a study that was begun on %j goes on there', (begun, goesOn) => {
  const saved = JSON.parse(JSON.stringify(keptChoice(begun))) as ReturnType<typeof keptChoice>;
  expect(choiceOf(saved)).toEqual(goesOn);
});

it('a way of placing that only a later version knows is left to this one', () => {
  expect(choiceOf({ swarm: { placement: 'rack', generators: 'moon' } })).toEqual({ engine: 'swarm' });
});
