import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { applyMigrations } from './support/migrations.ts';

const hex = (character: string) => character.repeat(64);
const SPDX = 'application/spdx+json';

test('tags that attach something to an image are no versions from then on', () => {
  const database = new DatabaseSync(':memory:');
  applyMigrations(database, 0, 17);
  database.exec(`INSERT INTO images (id, workspace_id, project_id, name, created_at, updated_at,
    published_at) VALUES (1, 1, 1, 'app', 1, 1, 1)`);
  const put = (id: number, digest: string, tags: string[], subject?: string, type = SPDX) => {
    database
      .prepare(
        `INSERT INTO manifests (id, image_id, workspace_id, digest, media_type, artifact_type,
            subject_digest, size, content_size, content, pushed_at, pushed_by)
          VALUES (?, 1, 1, ?, 'x', ?, ?, 1, 1, '{}', 1, 'x')`,
      )
      .run(id, digest, type, subject ?? null);
    for (const tag of tags) {
      database
        .prepare(
          `INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
            VALUES (1, ?, ?, 1, 1, 'x')`,
        )
        .run(tag, id);
    }
  };
  const [image, other] = [`sha256:${hex('a')}`, `sha256:${hex('b')}`];
  const long = `sha512:${hex('c')}${hex('d')}`;
  const named = `sha256-${hex('a')}`;
  put(1, image, ['v1', named, `${named}.imgpkg`]);
  put(2, other, [`${named}.sig`, `team-${named}.att`, `sha512-${hex('c')}`]);
  put(3, `sha256:${hex('e')}`, ['sbom'], image);
  put(4, `sha256:${hex('f')}`, ['derived'], image, 'application/vnd.oci.image.config.v1+json');
  put(5, `sha256:${hex('0')}`, [
    `${named}-arm64`,
    `x${named}`,
    `sha256-${hex('A')}`,
    'sha256-a.sig',
  ]);
  put(6, long, [`sha512-${hex('c')}.self`]);

  applyMigrations(database, 18, 18);

  const tags = database.prepare('SELECT name, subject FROM tags ORDER BY name').all();
  const accessories = tags.flatMap(({ name, subject }) =>
    subject === null ? [] : [[name, subject]],
  );
  expect(Object.fromEntries(accessories)).toEqual({
    [`${named}.sig`]: image,
    [`team-${named}.att`]: image,
    [`sha512-${hex('c')}`]: long.slice(0, 71),
    sbom: image,
  });
  const counted = database.prepare('SELECT versions, accessories FROM images').get();
  expect({ ...counted }).toEqual({ versions: tags.length - 4, accessories: 4 });
  const workspace = database.prepare('SELECT versions FROM workspaces WHERE id = 1').get();
  expect({ ...workspace }).toEqual({ versions: tags.length - 4 });
  database.close();
});
