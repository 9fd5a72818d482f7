// What everything that a run makes carries, so that anyone can find it and tell whose it is.
import { Label, type Labels } from '../../engine/engine.ts';
import { ownerLabel, thisOwner } from './run-owner.ts';

export function runLabels(run: string, scenario: string): Labels {
  return { [Label.run]: run, [Label.scenario]: scenario, [Label.owner]: ownerLabel(thisOwner()) };
}
