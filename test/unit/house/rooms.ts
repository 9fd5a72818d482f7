// The rooms of the program, from the table in docs/architecture.md, and what breaks it.
import { dirname } from 'node:path';
import type { ImportGraph } from './import-graph.ts';

export interface Room {
  /** From the root of the project: `orchestrator/plan`. */
  readonly folder: string;
  /** Folders, those within them included. */
  readonly mayTouch: readonly string[];
}

const TOP = 'orchestrator';
const OTHER_TOPS = /^(?:dashboards|node-image)\b/;

/** Rows of the table that begins with `| room |`, in their order. */
export function roomsIn(markdown: string): Room[] {
  const [, table = ''] = markdown.split(/^\| room \|.*\n\|[-|]+\n/m);
  const rows = table.split('\n\n')[0]?.trim().split('\n') ?? [];
  return rows.map((row) => {
    const [, room = '', , mayTouch = ''] = row.split('|');
    const [folder = ''] = foldersIn(room);
    return { folder, mayTouch: foldersIn(mayTouch) };
  });
}

function foldersIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)\/`/g)].map(([, folder = '']) =>
    OTHER_TOPS.test(folder) ? folder : `${TOP}/${folder}`,
  );
}

/** A sentence for each import that the rooms do not allow, and for each folder in none of them. */
export function brokenRooms(rooms: readonly Room[], graph: ImportGraph): string[] {
  const broken = [...graph].flatMap(([file, imported]) => {
    if (isOpenToAll(file)) return [];
    const room = roomOf(file, rooms);
    if (room === undefined) return [`${dirname(file)} is in no room`];
    return [...imported].flatMap((other) => {
      const touched = roomOf(other, rooms);
      if (isOpenToAll(other) || touched === room) return [];
      if (touched === undefined || rooms.indexOf(touched) > rooms.indexOf(room)) {
        return [`${file} imports ${other}: that is no room above its own`];
      }
      return room.mayTouch.some((folder) => isWithin(touched.folder, folder))
        ? []
        : [`${file} imports ${other}: its room may not touch ${touched.folder}`];
    });
  });
  return [...new Set(broken)];
}

/** A sentence for each folder that a room may touch and never does. */
export function untouchedIn(rooms: readonly Room[], graph: ImportGraph): string[] {
  const touched = new Map(rooms.map((room) => [room, new Set<string>()]));
  for (const [file, imported] of graph) {
    const room = roomOf(file, rooms);
    if (room === undefined) continue;
    for (const other of imported) if (roomOf(other, rooms) !== room) touched.get(room)?.add(dirname(other));
  }
  return rooms.flatMap((room) =>
    room.mayTouch
      .filter((folder) => ![...(touched.get(room) ?? [])].some((each) => isWithin(each, folder)))
      .map((folder) => `${room.folder} may touch ${folder}, and does not`),
  );
}

/** The innermost one. */
function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  return rooms
    .filter(({ folder }) => isWithin(dirname(file), folder))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0];
}

function isWithin(folder: string, outer: string): boolean {
  return folder === outer || folder.startsWith(`${outer}/`);
}

function isOpenToAll(file: string): boolean {
  return dirname(file) === TOP;
}
