import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/lab/projectRoot.ts';
import type { Source } from './sources.ts';

interface PackageRule {
  names: string[];
  rooms: string[];
  message: string;
}

/** Shared with eslint.config.js. */
export const table = JSON.parse(readFileSync(join(projectRoot, 'tests/house/rooms.json'), 'utf8')) as {
  rooms: Record<string, string[]>;
  /** Entrances of rooms that have others than `index.ts`, as patterns of paths without `.ts`. */
  faces: Record<string, string[]>;
  packages: PackageRule[];
};

/** Sources outside the rooms and what they may import: the entry pages give ui what it works with. */
const entryRooms: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['shell', 'ui', 'worker', 'storage'],
  'src/models.ts': ['ui', 'hub', 'weights'],
  'src/sw.ts': ['shell'],
};

function isNamed(specifier: string, pattern: string): boolean {
  if (pattern.endsWith('*')) return specifier.startsWith(pattern.slice(0, -1));
  return specifier === pattern || specifier.startsWith(`${pattern}/`);
}

function isFace(target: string, room: string): boolean {
  const faces = table.faces[room] ?? ['index'];
  return new RegExp(`^src/${room}/(${faces.join('|')})\\.ts$`).test(target);
}

/** Every import of `source` that breaks a rule of the house, as sentences. */
export function brokenImports(source: Source): string[] {
  const { rooms, packages } = table;
  const room = source.room;
  return source.imports.flatMap(({ specifier, target, isTypeOnly }) => {
    const broken = (reason: string) => [`${source.path} imports '${specifier}': ${reason}`];
    if (target === null) {
      const rule = packages.find((entry) => entry.names.some((name) => isNamed(specifier, name)));
      const isForeign = rule !== undefined && !rule.rooms.includes(room ?? 'ui');
      return isForeign && !isTypeOnly ? broken(rule.message) : [];
    }
    if (!existsSync(join(projectRoot, target))) return broken('there is no such file (extension included)');
    const targetRoom = /^src\/([^/]+)\//.exec(target)?.[1];
    if (targetRoom === undefined || targetRoom === room) return [];
    const allowed = room === null ? (entryRooms[source.path] ?? []) : rooms[room];
    if (!allowed.includes(targetRoom)) {
      return broken(`${room ?? source.path} may not know ${targetRoom}`);
    }
    const isShown = room === null && /\.(svelte|css)$/.test(target);
    return isShown || isFace(target, targetRoom) ? [] : broken(`a room is entered through its index.ts`);
  });
}

/** The first cycle of imports that run (types are erased), as the paths along it; null where there is none. */
export function importCycle(sources: readonly Source[]): string[] | null {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      source.imports.flatMap(({ target, isTypeOnly }) => (target !== null && !isTypeOnly ? [target] : [])),
    ]),
  );
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const target of edges.get(path) ?? []) {
      const cycle = walk(target, [...trail, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return null;
  };
  for (const path of edges.keys()) {
    const cycle = walk(path, []);
    if (cycle) return cycle;
  }
  return null;
}
