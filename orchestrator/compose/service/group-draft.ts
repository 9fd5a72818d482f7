// A group of the scenario in the making: what a service of a compose file asks for, in the words of scenarios, and where each part was written.
import type { Part, Place } from '../file/part.ts';
import type { ProblemPath } from '../../scenario/text/problem.ts';

export interface Origin {
  readonly place: Place;
  /** In the compose file. */
  readonly path: ProblemPath;
}

type Fields = { [key: string]: unknown };

export class GroupDraft {
  /** As people would write the group. */
  readonly fields: Fields = { role: 'service' };
  /** Where fields come from, by their path in the group, dots between. */
  readonly origins = new Map<string, Origin>();

  /** Puts a value at a path of the group; mappings on the way are made. */
  set(path: readonly [string, ...string[]], value: unknown, part: Part, partPath: ProblemPath): void {
    let at = this.fields;
    for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Fields;
    at[path.at(-1) ?? ''] = value;
    this.origins.set(JSON.stringify(path), { place: part.place, path: partPath });
  }

  /** Puts a value at the end of a list, once. */
  add(field: string, value: string | number, part: Part, partPath: ProblemPath): void {
    const list = (this.fields[field] ??= []) as unknown[];
    if (list.includes(value)) return;
    this.origins.set(JSON.stringify([field, list.length]), { place: part.place, path: partPath });
    list.push(value);
  }

  has(field: string): boolean {
    return field in this.fields;
  }
}
