import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findExportedNames } from './support/exports.ts';
import { readSources, type Source } from './support/sources.ts';

/** Names that may be exported by more than one file: once in each of these places. */
interface Allowed {
  readonly reason: string;
  /** Paths, or beginnings of paths. */
  readonly places: string;
  readonly names: string;
}

const ALLOWED: readonly Allowed[] = [
  {
    reason: 'one operation, in each layer that it passes',
    places: 'src/v2/ src/api/ src/auth/ src/registry/ src/storage/ web/api/',
    names: `addMember cancelUpload changeProject changeRobot changeSettings changeTrigger changeUser completeUpload createDepartment
      createProject createRobot createTemporaryLogin createToken createTrigger createUser createWorkspace deleteBlob deleteDepartment deleteImages
      deleteManifest
      deleteProject deleteRobot deleteSession deleteTrigger deleteUser deleteWorkspace endSession extendBlobGrace
      extendManifestGrace getManifest getVersion
      listDepartments listImages listMembers listProjects listRobots listTrash listTriggers
      listVersions listWorkspaces redeliver removeMember renameDepartment
      resetPassword restore restoreVersion rotateCredential rotateRobot rotateSigningSecret setPassword setRetention signIn testTrigger`,
  },
  {
    reason: 'the step that authorizes a request, of either surface',
    places: 'src/v2/guard.ts src/api/guard.ts',
    names: 'guard',
  },
  {
    reason: 'one thing: in the registry, as the console reads it, and the component that shows it',
    places: 'src/domain/ src/storage/ src/registry/ src/maintenance/ web/api/ web/ui/',
    names: `AccessLevel CollectionPreview Delivery Digest ImageFilter ImageName ListedImage Overview PastTag
      RetentionRules Role Settings TagChange VersionOrder VersionView`,
  },
  {
    reason:
      'the query parameters of a list in its contract, and its query in the cache of the console',
    places: 'src/api/contracts/ web/api/',
    names: `backtestQuery collectionPreviewQuery departmentsQuery historyQuery imagesQuery integrityQuery membersQuery
      pastTagsQuery projectsQuery pullsQuery retentionPreviewQuery robotsQuery sessionsQuery tokensQuery trashQuery triggersQuery
      usersQuery
      versionsQuery workspacesQuery`,
  },
  {
    reason: 'the table, the contract and the texts of one subject',
    places: 'src/storage/schema.ts src/api/contracts/ web/locales/en/',
    names: `credential departments image images members overview projects robots settings trash triggers users
      version workspaces`,
  },
  {
    reason: 'the tab of that name on the screens of two things',
    places: 'web/pages/image/ web/pages/project/ web/pages/workspace/',
    names: 'AboutTab MembersTab',
  },
];

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

type Definitions = ReadonlyMap<string, readonly string[]>;

/** Names that more than one file exports, with the files. */
function findDoubles(sources: readonly Source[]): Definitions {
  const files = new Map<string, Set<string>>();
  for (const source of sources) {
    for (const name of findExportedNames(source)) {
      files.set(name, (files.get(name) ?? new Set()).add(source.file));
    }
  }
  const doubles = [...files].filter(([, places]) => places.size > 1);
  return new Map(doubles.map(([name, places]) => [name, [...places]]));
}

/** Whether each file is in one of the places, and no two are in the same. */
function standApart(files: readonly string[], places: readonly string[]): boolean {
  const taken = files.map((file) => places.find((place) => file.startsWith(place)));
  return !taken.includes(undefined) && new Set(taken).size === files.length;
}

const isAllowed = (name: string, files: readonly string[]): boolean =>
  ALLOWED.some(
    ({ names, places }) => words(names).includes(name) && standApart(files, words(places)),
  );

const unlisted = (doubles: Definitions): string[] =>
  [...doubles]
    .filter(([name, files]) => !isAllowed(name, files))
    .map(([name, files]) => `${name}: ${files.join(', ')}`);

const LISTED = ALLOWED.flatMap(({ names }) => words(names));

const doubles = findDoubles(
  ['src', 'web', 'scripts'].flatMap((folder) =>
    readSources(fileURLToPath(new URL(`../../${folder}`, import.meta.url)))
      .map(({ file, text }) => ({ file: `${folder}/${file}`, text }))
      // A translation has the names of the original.
      .filter(({ file }) => !file.startsWith('web/locales/zh/')),
  ),
);

test('an exported name means one thing', () => {
  expect(unlisted(doubles)).toEqual([]);
});

test('every name that may stand twice does, and is listed once', () => {
  expect(LISTED.filter((name) => !doubles.has(name))).toEqual([]);
  expect(LISTED.filter((name, n) => LISTED.indexOf(name) !== n)).toEqual([]);
});

test('a name in a place that its reason does not name is found', () => {
  const text = 'export const createUser = 1;';
  const at = (...files: string[]) => unlisted(findDoubles(files.map((file) => ({ file, text }))));
  expect(at('src/api/users.ts', 'web/api/users.ts')).toEqual([]);
  expect(at('src/api/users.ts', 'src/cli/users.ts')).toHaveLength(1);
  expect(at('src/api/users.ts', 'src/api/people.ts')).toHaveLength(1);
});

test.each([
  ['export const a = 1, b = 2;', ['a', 'b']],
  ['export function a() {}', ['a']],
  ['export class A {}', ['A']],
  ['export type A = 1; export interface B {}', ['A', 'B']],
  ['export enum A {}', ['A']],
  ['const a = 1; export { a as b };', ['b']],
  ['const a = 1; const b = 2;', []],
  ["export { a } from './a.ts'; export * from './b.ts';", []],
  ["import { a } from './a.ts'; export { a };", []],
  ["export type { A }; import type { A } from './a.ts';", []],
  ['export default 1;', []],
])('%s declares %j', (text, names) => {
  expect(findExportedNames({ file: 'a.ts', text })).toEqual(names);
});

test('an export by a pattern cannot hide', () => {
  const hidden = { file: 'a.ts', text: 'export const { a } = b;' };
  expect(() => findExportedNames(hidden)).toThrow('plain name');
});
