/**
 * Every table, as the migrations create it. The triggers that keep counts and histories, and the
 * first rows, are written by hand in migrations/.
 *
 * Times are milliseconds since 1970. Only triggers write `uses` and `unused_since`. The foreign
 * keys refuse to delete a blob, a link or a manifest that is in use. Links are by integer id, in
 * tables WITHOUT ROWID (which drizzle cannot express), so that a link costs one row written and a
 * few bytes.
 *
 *   departments ─ projects ─┬─ members ─ users ─┬─ access_tokens
 *                           └─ workspaces       └─ sessions, refresh_tokens
 *                                └─ images ─┬─ image_blobs ─ blobs
 *                                           ├─ manifests ─┬─ manifest_blobs → image_blobs
 *                                           │             └─ manifest_children → manifests
 *                                           ├─ tags, trashed_tags → manifests
 *                                           └─ tag_history
 *   trash → workspaces, images, trashed_tags
 *
 * The deletion queue is the table `doomed_objects`, whose `doomed_at` the code calls `queuedAt`.
 */
import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { ACCESS_LEVELS, ROLES } from '../domain/roles.ts';
import { RUN_STATES } from '../domain/runs.ts';
import { TRASH_KINDS } from '../domain/trash.ts';
import { PAUSE_REASONS } from '../domain/triggers/trigger.ts';

const id = () => integer('id').primaryKey({ autoIncrement: true });
const time = (name: string) => integer(name);

/** Images that lists show: pushed to, and not in the trash. */
const LISTED = sql`published_at IS NOT NULL AND deleted_at IS NULL`;

export const departments = sqliteTable('departments', {
  id: id(),
  name: text('name').notNull().unique(),
  createdAt: time('created_at').notNull(),
});

export const projects = sqliteTable(
  'projects',
  {
    id: id(),
    departmentId: integer('department_id')
      .notNull()
      .references(() => departments.id),
    name: text('name').notNull(),
    /** Increased to end the derived push credential. */
    credentialVersion: integer('credential_version').notNull().default(1),
    /** Whether the push credential may delete versions. */
    robotDeletes: integer('robot_deletes', { mode: 'boolean' }).notNull().default(false),
    /** Whether only owners may delete for good and change access. */
    ownersOnly: integer('owners_only', { mode: 'boolean' }).notNull().default(false),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('projects_by_name').on(t.departmentId, t.name),
    index('projects_by_name_alone').on(t.name, t.id),
  ],
);

export const users = sqliteTable('users', {
  id: id(),
  name: text('name').notNull().unique(),
  /** scrypt with its parameters; null for the first admin, whose password is a secret of the platform. */
  passwordHash: text('password_hash'),
  mustChangePassword: integer('must_change_password', { mode: 'boolean' }).notNull().default(false),
  isAdmin: integer('is_admin', { mode: 'boolean' }).notNull().default(false),
  /** Increased to end every token and session of the user. */
  tokenEpoch: integer('token_epoch').notNull().default(1),
  disabledAt: time('disabled_at'),
  createdAt: time('created_at').notNull(),
});

export const members = sqliteTable(
  'members',
  {
    projectId: integer('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role', { enum: ROLES }).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.projectId] }),
    index('members_by_project').on(t.projectId),
    check('members_role', sql`${t.role} IN ('viewer', 'developer', 'owner')`),
  ],
);

export const workspaces = sqliteTable(
  'workspaces',
  {
    id: id(),
    projectId: integer('project_id')
      .notNull()
      .references(() => projects.id),
    name: text('name').notNull(),
    access: text('access', { enum: ACCESS_LEVELS }).notNull(),
    /** Days for which untagged content is kept; null: for ever. */
    untaggedDays: integer('untagged_days').default(30),
    /** Retention rules, JSON. */
    retention: text('retention'),
    createdAt: time('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    deletedAt: time('deleted_at'),
    deletedBy: text('deleted_by'),
    /** By triggers, of its images that were pushed to and are not in the trash: their number, */
    imageCount: integer('image_count').notNull().default(0),
    /** their bytes (a blob that two of them share counts twice), */
    size: integer('size').notNull().default(0),
    /** their pulls, */
    pulls: integer('pulls').notNull().default(0),
    /** and their versions. */
    versions: integer('versions').notNull().default(0),
  },
  (t) => [
    uniqueIndex('workspaces_by_name').on(t.name).where(sql`deleted_at IS NULL`),
    index('workspaces_by_project').on(t.projectId, t.name),
    index('workspaces_public').on(t.name).where(sql`access = 'public' AND deleted_at IS NULL`),
    index('workspaces_with_retention').on(t.id).where(sql`retention IS NOT NULL`),
    index('workspaces_in_trash').on(t.name).where(sql`deleted_at IS NOT NULL`),
    check('workspaces_access', sql`${t.access} IN ('private', 'public')`),
  ],
);

export const images = sqliteTable(
  'images',
  {
    id: id(),
    workspaceId: integer('workspace_id')
      .notNull()
      .references(() => workspaces.id),
    /** The project of the workspace; a trigger refuses another. */
    projectId: integer('project_id').notNull().default(0),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    descriptionRevision: integer('description_revision').notNull().default(0),
    pulls: integer('pulls').notNull().default(0),
    createdAt: time('created_at').notNull(),
    /** When its first manifest was pushed; an image without one is shown in no list. */
    publishedAt: time('published_at'),
    updatedAt: time('updated_at').notNull(),
    deletedAt: time('deleted_at'),
    deletedBy: text('deleted_by'),
    /** By triggers: the number of its tags that are versions, */
    versions: integer('versions').notNull().default(0),
    /** and that are accessories, */
    accessories: integer('accessories').notNull().default(0),
    /** the bytes of the blobs that its manifests name and that are not hidden, each once, */
    size: integer('size').notNull().default(0),
    /** and the bytes of those that no other image's manifests name. */
    unsharedSize: integer('unshared_size').notNull().default(0),
  },
  (t) => [
    uniqueIndex('images_by_name').on(t.workspaceId, t.name).where(sql`deleted_at IS NULL`),
    // Includes the trash: it is read before a workspace's row can be deleted.
    index('images_by_workspace').on(t.workspaceId),
    // Each continues by id, which is the rowid; if it were named, SQLite could not search a range.
    index('images_by_update').on(t.workspaceId, t.updatedAt).where(LISTED),
    index('images_by_size').on(t.workspaceId, t.size).where(LISTED),
    index('images_by_pulls').on(t.workspaceId, t.pulls).where(LISTED),
    index('images_of_project_by_update').on(t.projectId, t.updatedAt).where(LISTED),
    index('images_of_project_by_size').on(t.projectId, t.size).where(LISTED),
    index('images_of_project_by_pulls').on(t.projectId, t.pulls).where(LISTED),
  ],
);

export const blobs = sqliteTable(
  'blobs',
  {
    id: integer('id').primaryKey(),
    digest: text('digest').notNull().unique(),
    /** R2 key, random. */
    key: text('key').notNull().unique(),
    size: integer('size').notNull(),
    createdAt: time('created_at').notNull(),
    /** When its object in R2 was found to be missing or damaged. */
    damagedAt: time('damaged_at'),
  },
  (t) => [index('blobs_damaged').on(t.damagedAt).where(sql`damaged_at IS NOT NULL`)],
);

/**
 * The blobs of an image. A blob is deleted together with its last link. A trigger refers to the
 * image instead of a foreign key: see images_delete_check.
 */
export const imageBlobs = sqliteTable(
  'image_blobs',
  {
    blobId: integer('blob_id')
      .notNull()
      .references(() => blobs.id),
    imageId: integer('image_id').notNull(),
    /** Number of manifests of the image that name it. */
    uses: integer('uses').notNull().default(0),
    unusedSince: time('unused_since'),
    /** When a client deleted it: not served, but kept while manifests in the trash need it. */
    deletedAt: time('deleted_at'),
  },
  (t) => [
    primaryKey({ columns: [t.blobId, t.imageId] }),
    index('image_blobs_unused').on(t.imageId, t.unusedSince).where(sql`uses = 0`),
  ],
);

export const manifests = sqliteTable(
  'manifests',
  {
    id: integer('id').primaryKey(),
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id),
    /** The image's, because untagged content is collected workspace by workspace. */
    workspaceId: integer('workspace_id').notNull(),
    digest: text('digest').notNull(),
    mediaType: text('media_type').notNull(),
    artifactType: text('artifact_type'),
    subjectDigest: text('subject_digest'),
    /** JSON; only of a referrer, because lists of referrers show it. */
    annotations: text('annotations'),
    /** Bytes of the manifest itself. */
    size: integer('size').notNull(),
    /** Bytes of config and layers, as declared; of an index, of all its children (by a trigger). */
    contentSize: integer('content_size').notNull(),
    /** The text byte for byte; null if it is in R2 under content_key. */
    content: text('content'),
    contentKey: text('content_key'),
    pushedAt: time('pushed_at').notNull(),
    pushedBy: text('pushed_by').notNull(),
    /**
     * `os/architecture[/variant]` of the image, or of each image of an index, JSON; null until
     * the image's config is read.
     */
    platforms: text('platforms'),
    pulls: integer('pulls').notNull().default(0),
    lastPulledAt: time('last_pulled_at'),
    /** The start of the hour in which it, or what it keeps, was last asked for. */
    lastUsedAt: time('last_used_at'),
    /** Number of tags (trashed ones too), of indexes that list it, and 1 if its subject exists. */
    uses: integer('uses').notNull().default(0),
    unusedSince: time('unused_since'),
    /** When a tag last moved from it to another manifest, by a trigger: tag history needs it. */
    overwrittenAt: time('overwritten_at'),
    /**
     * When it was released (see docs/architecture.md): something that used it was deleted for good,
     * or it was untagged for too long. It is deleted once nothing uses it.
     */
    releasedAt: time('released_at'),
    /** Whether it was released because it, or what kept it, was untagged for too long: a use undoes that. */
    releasedByAge: integer('released_by_age', { mode: 'boolean' }).notNull().default(false),
    deletedAt: time('deleted_at'),
    deletedBy: text('deleted_by'),
    /** When its object in R2 was found to be missing or damaged. */
    damagedAt: time('damaged_at'),
  },
  (t) => [
    uniqueIndex('manifests_by_digest').on(t.imageId, t.digest),
    uniqueIndex('manifests_by_content_key').on(t.contentKey).where(sql`content_key IS NOT NULL`),
    index('manifests_damaged').on(t.damagedAt).where(sql`damaged_at IS NOT NULL`),
    index('manifests_by_subject')
      .on(t.imageId, t.subjectDigest, t.digest)
      .where(sql`subject_digest IS NOT NULL`),
    index('manifests_untagged')
      .on(t.workspaceId, t.unusedSince)
      .where(
        sql`uses = 0 AND unused_since IS NOT NULL AND released_at IS NULL AND deleted_at IS NULL`,
      ),
    index('manifests_released').on(t.releasedAt).where(sql`uses = 0 AND released_at IS NOT NULL`),
    check('manifests_content', sql`(content IS NULL) <> (content_key IS NULL)`),
  ],
);

/** `image_id` is the manifest's, because a manifest names only blobs of its image. */
export const manifestBlobs = sqliteTable(
  'manifest_blobs',
  {
    manifestId: integer('manifest_id')
      .notNull()
      .references(() => manifests.id, { onDelete: 'cascade' }),
    blobId: integer('blob_id').notNull(),
    imageId: integer('image_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.manifestId, t.blobId] }),
    index('manifest_blobs_by_blob').on(t.blobId, t.imageId),
    foreignKey({
      columns: [t.blobId, t.imageId],
      foreignColumns: [imageBlobs.blobId, imageBlobs.imageId],
    }),
  ],
);

export const manifestChildren = sqliteTable(
  'manifest_children',
  {
    parentId: integer('parent_id')
      .notNull()
      .references(() => manifests.id, { onDelete: 'cascade' }),
    childId: integer('child_id')
      .notNull()
      .references(() => manifests.id),
  },
  (t) => [
    primaryKey({ columns: [t.parentId, t.childId] }),
    index('manifest_children_by_child').on(t.childId),
  ],
);

/**
 * Versions, and accessories: a tag with a `subject` attaches its manifest to another one, with
 * which it lives and goes (src/storage/accessories.ts). A trigger refuses a manifest of another
 * image.
 */
export const tags = sqliteTable(
  'tags',
  {
    imageId: integer('image_id').notNull(),
    name: text('name').notNull(),
    manifestId: integer('manifest_id')
      .notNull()
      .references(() => manifests.id),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    updatedBy: text('updated_by').notNull(),
    /** These two are not used any more: a Worker of the release before this one may read them. */
    pulls: integer('pulls').notNull().default(0),
    lastPulledAt: time('last_pulled_at'),
    /** Of an accessory: the first 71 characters of the digest of the manifest it belongs to. */
    subject: text('subject'),
  },
  (t) => [
    primaryKey({ columns: [t.imageId, t.name] }),
    index('tags_by_manifest').on(t.manifestId),
    index('tags_by_update').on(t.imageId, t.updatedAt, t.name).where(sql`subject IS NULL`),
    // Where accessories have their names; elsewhere the primary key has hardly any.
    index('tags_like_digests')
      .on(t.imageId, t.name)
      .where(sql`subject IS NULL AND name >= 'sha' AND name < 'shb'`),
    index('tags_by_subject').on(t.imageId, t.subject).where(sql`subject IS NOT NULL`),
  ],
);

export const trashedTags = sqliteTable(
  'trashed_tags',
  {
    id: id(),
    imageId: integer('image_id').notNull(),
    name: text('name').notNull(),
    manifestId: integer('manifest_id')
      .notNull()
      .references(() => manifests.id),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    updatedBy: text('updated_by').notNull(),
    /** These two are not used any more: a Worker of the release before this one may read them. */
    pulls: integer('pulls').notNull().default(0),
    lastPulledAt: time('last_pulled_at'),
    deletedAt: time('deleted_at').notNull(),
    deletedBy: text('deleted_by').notNull(),
    subject: text('subject'),
    /** An accessory that went with its subject: it has no row in the trash, and comes back with it. */
    withSubject: integer('with_subject', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    index('trashed_tags_by_manifest').on(t.manifestId),
    index('trashed_tags_with_subject').on(t.imageId, t.subject).where(sql`with_subject = 1`),
  ],
);

/**
 * What is in the trash, one row each, by triggers: workspaces, images, and versions (a trashed
 * tag that did not go with its subject, or a manifest that was deleted by its digest and had no tag). A row with `purged_at`
 * cannot be restored any more; a collection deletes it.
 */
export const trash = sqliteTable(
  'trash',
  {
    id: id(),
    kind: text('kind', { enum: TRASH_KINDS }).notNull(),
    projectId: integer('project_id')
      .notNull()
      .references(() => projects.id),
    workspaceId: integer('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    imageId: integer('image_id').references(() => images.id, { onDelete: 'cascade' }),
    trashedTagId: integer('trashed_tag_id').references(() => trashedTags.id, {
      onDelete: 'cascade',
    }),
    digest: text('digest'),
    deletedAt: time('deleted_at').notNull(),
    deletedBy: text('deleted_by').notNull(),
    purgedAt: time('purged_at'),
  },
  (t) => [
    index('trash_by_project').on(t.projectId, t.kind, t.deletedAt),
    index('trash_by_workspace').on(t.workspaceId, t.kind, t.deletedAt),
    index('trash_by_time').on(t.kind, t.deletedAt),
    index('trash_by_image').on(t.imageId, t.digest),
    uniqueIndex('trash_by_tag').on(t.trashedTagId),
    index('trash_purged').on(t.purgedAt).where(sql`purged_at IS NOT NULL`),
    check('trash_kind', sql`kind IN ('workspace', 'image', 'version')`),
  ],
);

/** Changes of tags, written by triggers: what, when and by whom. A null digest: deleted. */
export const tagHistory = sqliteTable(
  'tag_history',
  {
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    tag: text('tag').notNull(),
    /** Increases with each change of the tag. */
    id: integer('id').notNull(),
    manifestDigest: text('manifest_digest'),
    changedAt: time('changed_at').notNull(),
    changedBy: text('changed_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.imageId, t.tag, t.id] })],
);

export const accessTokens = sqliteTable(
  'access_tokens',
  {
    id: id(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    /** What it permits and where, JSON. */
    scope: text('scope').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    revokedAt: time('revoked_at'),
  },
  (t) => [index('access_tokens_by_user').on(t.userId)],
);

export const robots = sqliteTable(
  'robots',
  {
    /** Never given twice: it is in signed tokens. */
    id: id(),
    projectId: integer('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    secretHash: text('secret_hash').notNull().unique(),
    mayPush: integer('may_push').notNull(),
    /** Names of the only workspaces it uses, JSON; null: all. */
    workspaces: text('workspaces'),
    /** See the trigger robots_epoch. */
    epoch: integer('epoch').notNull().default(1),
    expiresAt: time('expires_at'),
    disabledAt: time('disabled_at'),
    createdAt: time('created_at').notNull(),
    lastUsedAt: time('last_used_at'),
  },
  (t) => [uniqueIndex('robots_by_name').on(t.projectId, t.name)],
);

export const sessions = sqliteTable(
  'sessions',
  {
    id: id(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull().unique(),
    createdAt: time('created_at').notNull(),
    /** When the password was given again; null: not since the sign-in. */
    confirmedAt: time('confirmed_at'),
    lastSeenAt: time('last_seen_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    userAgent: text('user_agent').notNull().default(''),
    address: text('address').notNull().default(''),
  },
  (t) => [index('sessions_by_user').on(t.userId), index('sessions_by_expiry').on(t.expiresAt)],
);

/** Docker's identity tokens: what a signed refresh token names. */
export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    id: id(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The user's stamp when it was made: with another one it has ended. */
    stamp: text('stamp').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    lastUsedAt: time('last_used_at').notNull(),
    userAgent: text('user_agent').notNull(),
    /** IP address of the last use that was noted. */
    address: text('address').notNull(),
    /** The keyed hash of a temporary login's secret; null: it has none. */
    secretHash: text('secret_hash'),
  },
  (t) => [
    index('refresh_tokens_by_user').on(t.userId),
    uniqueIndex('refresh_tokens_by_secret').on(t.secretHash).where(sql`secret_hash IS NOT NULL`),
    index('refresh_tokens_by_expiry').on(t.expiresAt),
  ],
);

/** Recent failed sign-ins, by account (`user:<name>`) and by address (`address:<ip>`). */
export const signInFailures = sqliteTable(
  'sign_in_failures',
  {
    subject: text('subject').primaryKey(),
    failures: integer('failures').notNull(),
    lastAt: time('last_at').notNull(),
  },
  (t) => [index('sign_in_failures_by_time').on(t.lastAt)],
);

/** Pulls of an image by day (days since 1970, UTC) and manifest. */
export const pullsByDay = sqliteTable(
  'pulls_by_day',
  {
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    day: integer('day').notNull(),
    /** The digest; until pulls were counted by hour, the requested tag where there was one. */
    reference: text('reference').notNull(),
    pulls: integer('pulls').notNull(),
  },
  (t) => [primaryKey({ columns: [t.imageId, t.day, t.reference] })],
);

/** The same of the whole image by hour (hours since 1970, UTC). */
export const imagePullsByHour = sqliteTable(
  'image_pulls_by_hour',
  {
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    hour: integer('hour').notNull(),
    pulls: integer('pulls').notNull(),
  },
  (t) => [primaryKey({ columns: [t.imageId, t.hour] })],
);

/** The days until pulls were counted by hour; they are not in the table above. */
export const imagePullsByDay = sqliteTable(
  'image_pulls_by_day',
  {
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    day: integer('day').notNull(),
    pulls: integer('pulls').notNull(),
  },
  (t) => [primaryKey({ columns: [t.imageId, t.day] })],
);

/** Pulls of the platform by day (days since 1970, UTC), deleted images included. */
export const platformPullsByDay = sqliteTable('platform_pulls_by_day', {
  day: integer('day').primaryKey(),
  pulls: integer('pulls').notNull(),
});

/** Number and bytes of the blobs up to an id, by triggers, in one row. */
export const platformTotals = sqliteTable('platform_totals', {
  id: integer('id').primaryKey(),
  /** The last counted blob; readers sum up the few after it. */
  countedTo: integer('counted_to').notNull().default(0),
  blobs: integer('blobs').notNull(),
  blobBytes: integer('blob_bytes').notNull(),
});

/** Settings of the platform, which an admin changes; the value is JSON. */
export const settings = sqliteTable('settings', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  updatedAt: time('updated_at').notNull(),
});

/** Events, written in the transaction that they report, and delivered later. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: id(),
    kind: text('kind').notNull(),
    payload: text('payload').notNull(),
    createdAt: time('created_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: time('next_attempt_at').notNull(),
  },
  (t) => [index('outbox_by_time').on(t.nextAttemptAt)],
);

export const collectionRuns = sqliteTable(
  'collection_runs',
  {
    id: id(),
    /** Null: the whole platform. */
    workspaceId: integer('workspace_id').references(() => workspaces.id, { onDelete: 'cascade' }),
    startedAt: time('started_at').notNull(),
    startedBy: text('started_by').notNull(),
    endedAt: time('ended_at'),
    state: text('state', { enum: RUN_STATES }).notNull().default('running'),
    /** Whether it deletes all that was in the trash when it started. */
    emptyTrash: integer('empty_trash', { mode: 'boolean' }).notNull().default(false),
    /** Where the next slice continues, JSON. */
    cursor: text('cursor'),
    freedBytes: integer('freed_bytes').notNull().default(0),
    freedObjects: integer('freed_objects').notNull().default(0),
    /** What was kept and why, and what failed, JSON. */
    report: text('report'),
  },
  (t) => [
    index('collection_runs_by_workspace').on(t.workspaceId, t.startedAt),
    index('collection_runs_by_time').on(t.startedAt),
    // One at a time for each workspace and for the platform.
    uniqueIndex('collection_runs_running').on(t.workspaceId).where(sql`state = 'running'`),
    uniqueIndex('collection_runs_running_platform')
      .on(t.state)
      .where(sql`state = 'running' AND workspace_id IS NULL`),
  ],
);

/** Progress of sweeps, which walk through all content over many days. */
export const sweepCursors = sqliteTable('sweep_cursors', {
  name: text('name').primaryKey(),
  /** Null: at the start. */
  cursor: text('cursor'),
  updatedAt: time('updated_at').notNull(),
});

/** R2 objects that no row names any more. The object is deleted first, then its row here. */
export const deletionQueue = sqliteTable(
  'doomed_objects',
  {
    key: text('key').primaryKey(),
    queuedAt: time('doomed_at').notNull(),
  },
  (t) => [index('doomed_objects_by_time').on(t.queuedAt)],
);

/** The last batch of pulls from each image's counter, so that none counts twice. */
export const pullFlushes = sqliteTable('pull_flushes', {
  imageId: integer('image_id')
    .primaryKey()
    .references(() => images.id, { onDelete: 'cascade' }),
  lastBatch: integer('last_batch').notNull(),
});

/** Requests that are made when something happens in a project. */
export const triggers = sqliteTable(
  'triggers',
  {
    id: id(),
    projectId: integer('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Null: all workspaces of the project. */
    workspaceId: integer('workspace_id').references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    enabled: integer('enabled', { mode: 'boolean' }).notNull(),
    /** JSON lists: types of events, and patterns of image names and of tags. */
    events: text('events').notNull(),
    images: text('images').notNull(),
    tags: text('tags').notNull(),
    /** The request, JSON, without secrets. */
    action: text('action').notNull(),
    /** Encrypted, and the id of the key (src/domain/triggers/sealing.ts). */
    secrets: text('secrets').notNull(),
    keyId: text('key_id').notNull(),
    origin: text('origin').notNull(),
    pausedAt: time('paused_at'),
    pauseReason: text('pause_reason', { enum: PAUSE_REASONS }),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('triggers_by_name').on(t.projectId, t.name),
    index('triggers_active').on(t.projectId).where(sql`enabled = 1 AND paused_at IS NULL`),
    index('triggers_by_workspace').on(t.workspaceId).where(sql`workspace_id IS NOT NULL`),
  ],
);

/** Events that wait for their delivery, in the order of the commits; triggers of SQL write them. */
export const triggerEvents = sqliteTable(
  'trigger_events',
  {
    id: integer('id').primaryKey(),
    triggerId: integer('trigger_id')
      .notNull()
      .references(() => triggers.id, { onDelete: 'cascade' }),
    /** 0: an event of no image. */
    imageId: integer('image_id').notNull(),
    eventId: text('event_id').notNull(),
    happenedAt: time('happened_at').notNull(),
    /** What it says, JSON: EventFacts. */
    facts: text('facts').notNull(),
  },
  (t) => [index('trigger_events_by_image').on(t.triggerId, t.imageId)],
);
