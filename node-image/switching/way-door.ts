// How a node that can switch is told which way to take, and asked which one it has taken.
import { HttpProblem, sendJson } from '../http/http-problem.ts';
import { readJson } from '../http/read-body.ts';
import { type WayToTake, ways } from '../contract/way.ts';
import type { SwitchDoor } from '../user/switch-door.ts';
import type { SwitchingService } from './switching-service.ts';

const mostBytes = 1024;

export function wayDoor(service: SwitchingService): SwitchDoor {
  return {
    answer: async (route, _, request, answer) => {
      if (route === '/way') {
        if (request.method === 'POST') await service.take(wayIn(await readJson(request, mostBytes)));
        sendJson(answer, 200, service.taken);
      } else if (route === '/way/copies' && request.method === 'POST') {
        sendJson(answer, 200, await service.copy());
      } else {
        throw new HttpProblem(404, 'this node hands copies over, and takes none');
      }
    },
  };
}

function wayIn(told: unknown): WayToTake {
  const { way, nodes } = Object(told) as Partial<Record<keyof WayToTake, unknown>>;
  const known = ways.find((each) => each === way);
  if (known !== undefined && typeof nodes === 'number') return { way: known, nodes };
  throw new HttpProblem(400, `write {"way": one of ${ways.join(', ')}, "nodes": how many there are}`);
}
