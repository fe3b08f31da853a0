/**
 * SQL that makes a registry of any size, the same each time: workspaces of two projects, images,
 * and for each image tags that each have a manifest of their own. A manifest names ten blobs: seven of
 * a base that ten images share, three of its own. One image has a subject with referrers.
 */
export interface Shape {
  readonly images: number;
  readonly tagsPerImage: number;
}

/** The shape of a registry of so many tags. */
export function shapeOf(tags: number): Shape {
  return { images: tags / TAGS_PER_IMAGE, tagsPerImage: TAGS_PER_IMAGE };
}

const TAGS_PER_IMAGE = 100;
const IMAGES_PER_WORKSPACE = 100;
const IMAGES_PER_BASE = 10;
const BASE_BLOBS = 7;
const OWN_BLOBS = 3;
const REFERRERS = 200;
/** Bytes of a layer of a base, and of one of its own. */
const [BASE_SIZE, OWN_SIZE] = [10_000_000, 1_000_000];
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
/** Bytes of a manifest of ten layers as docker writes it. */
const MANIFEST_SIZE = 2200;
/** Synthetic rows begin here, so that they never meet others. */
const FIRST_ID = 1_000_000;
const NOW = 1_790_000_000_000;

/** The name of the n-th image, which lies in its workspace in turn with the others. */
export function imageName(n: number, { images }: Shape): string {
  const workspace = n % workspacesOf(images);
  return `bench-${pad(workspace)}/app-${pad(n)}`;
}

/** The project whose most workspaces are; the others belong to the one behind it. */
export const BENCH_PROJECT = FIRST_ID;

/** A manifest's text of the size it has with ten layers; the rows say what it names. */
function manifestText(): string {
  const config = { mediaType: CONFIG_TYPE, digest: `sha256:${'0'.repeat(64)}`, size: 2000 };
  const manifest = { schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: [] };
  const rest = MANIFEST_SIZE - JSON.stringify({ ...manifest, annotations: { filled: '' } }).length;
  return JSON.stringify({ ...manifest, annotations: { filled: 'x'.repeat(rest) } });
}

const pad = (n: number) => String(n).padStart(6, '0');
const workspacesOf = (images: number) => Math.max(1, Math.ceil(images / IMAGES_PER_WORKSPACE));

const FACTORS = [2654435761, 2246822519, 3266489917, 668265263, 374761393, 1597334677, 3812015801];

/** The subject that has referrers: the first manifest of the first image. */
export const subjectDigest = `sha256:3${'0'.repeat(7)}${FACTORS.map((factor) =>
  (factor % 4294967296).toString(16).padStart(8, '0'),
).join('')}`;

/** A digest that follows from a number and spreads as real ones do. */
function digest(kind: number, number: string): string {
  const words = FACTORS.map((factor) => `((${number}) + 1) * ${factor} % 4294967296`);
  return `printf('sha256:${kind}%07x${'%08x'.repeat(7)}', ${number}, ${words.join(', ')})`;
}

const count = (name: string, count: number) =>
  `${name}(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM ${name} WHERE n + 1 < ${count})`;

/**
 * The statements, each of which makes at most `slice` rows of a kind.
 * @param counted whether they write what triggers would keep: for a database without triggers
 */
export function* statements(shape: Shape, counted: boolean, slice = 200_000): Generator<string> {
  const { images, tagsPerImage } = shape;
  const tags = images * tagsPerImage;
  const workspaces = workspacesOf(images);
  const bases = Math.ceil(images / IMAGES_PER_BASE);
  const own = tagsPerImage * OWN_BLOBS;
  const ownBlob = digest(2, `t.n * ${OWN_BLOBS} + b.n`);
  const manifest = digest(3, 't.n');
  const imageSize = BASE_BLOBS * BASE_SIZE + own * OWN_SIZE;
  const value = (sql: number | string, without: number | string = 0) => (counted ? sql : without);
  const unused = value('NULL', NOW);

  yield `INSERT INTO projects (id, department_id, name, created_at)
    VALUES (${FIRST_ID}, 1, 'bench', ${NOW}), (${FIRST_ID + 1}, 1, 'bench-others', ${NOW})`;
  yield `WITH RECURSIVE ${count('w', workspaces)}
    INSERT INTO workspaces (id, project_id, name, access, created_at, created_by, image_count, size,
        versions)
      SELECT ${FIRST_ID} + n, ${FIRST_ID} + (n % 10 = 9), printf('bench-%06d', n),
          iif(n % 5 = 4, 'public', 'private'), ${NOW}, 'bench',
          ${value(`(${images} - n + ${workspaces - 1}) / ${workspaces}`)},
          ${value(`(${images} - n + ${workspaces - 1}) / ${workspaces} * ${imageSize}`)},
          ${value(`(${images} - n + ${workspaces - 1}) / ${workspaces} * ${tagsPerImage}`)}
        FROM w`;
  const shared = `min(${IMAGES_PER_BASE}, ${images} - n / ${IMAGES_PER_BASE} * ${IMAGES_PER_BASE})`;
  yield `WITH RECURSIVE ${count('i', images)}
    INSERT INTO images (id, workspace_id, project_id, name, description, created_at, published_at,
        updated_at, versions, size, unshared_size)
      SELECT ${FIRST_ID} + n, ${FIRST_ID} + n % ${workspaces},
          ${FIRST_ID} + (n % ${workspaces} % 10 = 9), printf('app-%06d', n),
          printf('Synthetic image number %d.', n), ${NOW}, ${NOW}, ${NOW} + n * 7919 % 1000003,
          ${value(tagsPerImage)}, ${imageSize},
          ${own * OWN_SIZE} + iif(${shared} = 1, ${BASE_BLOBS * BASE_SIZE}, 0)
        FROM i`;
  if (counted) {
    yield `INSERT INTO image_search (rowid, name, description)
      SELECT i.id, w.name || '/' || i.name, i.description
        FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id WHERE i.id >= ${FIRST_ID}`;
  }
  // Ids of blobs: those of the bases, then those of the tags.
  const baseBlob = (image: string) =>
    `${FIRST_ID} + ${image} / ${IMAGES_PER_BASE} * ${BASE_BLOBS} + b.n`;
  const firstOwn = FIRST_ID + bases * BASE_BLOBS;
  const ownBlobId = `${firstOwn} + t.n * ${OWN_BLOBS} + b.n`;
  yield `WITH RECURSIVE ${count('i', bases)}, ${count('b', BASE_BLOBS)}
    INSERT INTO blobs (id, digest, key, size, created_at)
      SELECT ${FIRST_ID} + i.n * ${BASE_BLOBS} + b.n, ${digest(1, `i.n * ${BASE_BLOBS} + b.n`)},
          printf('blobs/base-%d-%d', i.n, b.n), ${BASE_SIZE}, ${NOW}
        FROM i CROSS JOIN b`;
  yield `WITH RECURSIVE ${count('i', images)}, ${count('b', BASE_BLOBS)}
    INSERT INTO image_blobs (image_id, blob_id, uses, unused_since)
      SELECT ${FIRST_ID} + i.n, ${baseBlob('i.n')}, ${value(tagsPerImage)}, ${unused}
        FROM i CROSS JOIN b`;

  const text = `'${manifestText()}'`;
  for (let from = 0; from < tags; from += slice) {
    const some = Math.min(slice, tags - from);
    const t = `t(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM t WHERE n + 1 < ${from + some})`;
    const image = `${FIRST_ID} + t.n / ${tagsPerImage}`;
    const workspace = `${FIRST_ID} + t.n / ${tagsPerImage} % ${workspaces}`;
    const both = `WITH RECURSIVE ${t}, ${count('b', OWN_BLOBS)}`;
    yield `${both} INSERT INTO blobs (id, digest, key, size, created_at)
      SELECT ${ownBlobId}, ${ownBlob}, printf('blobs/own-%d-%d', t.n, b.n), ${OWN_SIZE}, ${NOW}
        FROM t CROSS JOIN b`;
    yield `${both} INSERT INTO image_blobs (image_id, blob_id, uses, unused_since)
      SELECT ${image}, ${ownBlobId}, ${value(1)}, ${unused} FROM t CROSS JOIN b`;
    yield `WITH RECURSIVE ${t}
      INSERT INTO manifests (id, image_id, workspace_id, digest, media_type, size, content_size,
          content, pushed_at, pushed_by, uses, unused_since)
        SELECT ${FIRST_ID} + t.n, ${image}, ${workspace}, ${manifest}, '${MANIFEST_TYPE}',
            ${MANIFEST_SIZE}, ${BASE_BLOBS * BASE_SIZE + OWN_BLOBS * OWN_SIZE}, ${text}, ${NOW},
            'bench', ${value(1)}, ${unused}
          FROM t`;
    yield `${both} INSERT INTO manifest_blobs (manifest_id, blob_id, image_id)
      SELECT ${FIRST_ID} + t.n, ${ownBlobId}, ${image} FROM t CROSS JOIN b`;
    yield `WITH RECURSIVE ${t}, ${count('b', BASE_BLOBS)}
      INSERT INTO manifest_blobs (manifest_id, blob_id, image_id)
        SELECT ${FIRST_ID} + t.n, ${baseBlob(`(t.n / ${tagsPerImage})`)}, ${image}
          FROM t CROSS JOIN b`;
    yield `WITH RECURSIVE ${t}
      INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by)
        SELECT ${image}, printf('v1.%d', t.n % ${tagsPerImage}), ${FIRST_ID} + t.n, ${NOW},
            ${NOW} + t.n * 7919 % 1000003, 'bench'
          FROM t`;
    if (counted) {
      yield `WITH RECURSIVE ${t}
        INSERT INTO tag_history (image_id, tag, id, manifest_digest, changed_at, changed_by)
          SELECT ${image}, printf('v1.%d', t.n % ${tagsPerImage}), 1, ${manifest},
              ${NOW} + t.n * 7919 % 1000003, 'bench'
            FROM t`;
    }
  }
  const subject = digest(3, '0');
  yield `WITH RECURSIVE ${count('r', REFERRERS)}
    INSERT INTO manifests (image_id, workspace_id, digest, media_type, artifact_type,
        subject_digest, annotations, size, content_size, content, pushed_at, pushed_by, uses,
        unused_since)
      SELECT ${FIRST_ID}, ${FIRST_ID}, ${digest(4, 'r.n')}, '${MANIFEST_TYPE}',
          'application/spdx+json', ${subject}, '{}', 2, 2, '{}', ${NOW}, 'bench', ${value(1)}, ${unused}
        FROM r`;
  yield `UPDATE platform_totals SET (blobs, blob_bytes, counted_to) = (
    SELECT count(*), sum(size), max(id) FROM blobs)`;
}
