import type { Import } from './imports.ts';

/** What a room (a folder, two levels deep, or a file beside the folders) may import besides itself. */
interface Arrows {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

/** Every room, and what it may import. Importing a type counts. */
export type ArrowTable = Readonly<Record<string, Arrows>>;

/** The permissions of one room, as names with spaces between them. */
export function arrows(rooms: string, packages = ''): Arrows {
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  return { rooms: words(rooms), packages: words(packages) };
}

/** `storage/trash` of `storage/trash/purge.ts`, `env` of `env.ts`, `src/api` of `../src/api/…`. */
function roomOf(path: string): string {
  if (path.startsWith('../src/')) return `src/${roomOf(path.slice('../src/'.length))}`;
  const folders = path.split('/').slice(0, -1);
  return folders.length === 0 ? path.replace(/\.tsx?$/, '') : folders.slice(0, 2).join('/');
}

/** The permission an import needs: null inside a room. */
function permissionFor(table: ArrowTable, { target, isPackage, file }: Import) {
  if (!isPackage) return roomOf(target) === roomOf(file) ? null : { room: roomOf(target) };
  const { packages = [] } = table[roomOf(file)] ?? {};
  const isNode = target.startsWith('node:') && packages.includes('node:*');
  return { package: isNode ? 'node:*' : target };
}

function isAllowed(table: ArrowTable, one: Import): boolean {
  const allowed = table[roomOf(one.file)];
  if (!allowed) return false;
  const permission = permissionFor(table, one);
  if (permission === null) return true;
  if ('package' in permission) return allowed.packages.includes(permission.package);
  return allowed.rooms.includes(permission.room);
}

/** The imports that the table does not allow, each as `file → target`. */
export function findForbidden(table: ArrowTable, imports: readonly Import[]): string[] {
  return imports
    .filter((one) => !isAllowed(table, one))
    .map(({ file, target }) => `${file} → ${target}`);
}

/** The permissions that none of the imports needs, each as `room → room` or `room → package`. */
export function findUnused(table: ArrowTable, imports: readonly Import[]): string[] {
  const used = new Set<string>();
  for (const one of imports) {
    const permission = permissionFor(table, one);
    if (permission) used.add(`${roomOf(one.file)} → ${Object.values(permission)[0]}`);
  }
  return Object.entries(table)
    .flatMap(([from, { rooms, packages }]) =>
      [...rooms, ...packages].map((to) => `${from} → ${to}`),
    )
    .filter((permission) => !used.has(permission));
}

/** A chain of rooms that leads back to its beginning, or null. */
export function findCircle(table: ArrowTable): string | null {
  const done = new Set<string>();
  const visit = (room: string, path: readonly string[]): string | null => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room].join(' → ');
    if (done.has(room)) return null;
    for (const next of table[room]?.rooms ?? []) {
      const circle = visit(next, [...path, room]);
      if (circle) return circle;
    }
    done.add(room);
    return null;
  };
  for (const room of Object.keys(table)) {
    const circle = visit(room, []);
    if (circle) return circle;
  }
  return null;
}
