-- The tables of 0010 take the place of those of before. That needs every row to be copied: where
-- one is missing, this migration fails by the name of its first check, and nothing has changed.
DROP TABLE IF EXISTS `upgrade_check`;--> statement-breakpoint
CREATE TABLE `upgrade_check` (
	`rows_not_copied` integer CONSTRAINT "content_is_not_copied_yet_run_npm_start_or_npm_run_deploy" CHECK(rows_not_copied = 0)
);
--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM blobs WHERE uses > 0) - (SELECT count(*) FROM blobs_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM image_blobs) - (SELECT count(*) FROM image_blobs_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM manifests) - (SELECT count(*) FROM manifests_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM manifest_blobs) - (SELECT count(*) FROM manifest_blobs_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM manifest_children) - (SELECT count(*) FROM manifest_children_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM tags) - (SELECT count(*) FROM tags_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM tag_history) - (SELECT count(*) FROM tag_history_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM trashed_tags) - (SELECT count(*) FROM trashed_tags_next);--> statement-breakpoint
INSERT INTO `upgrade_check` SELECT (SELECT count(*) FROM trash) - (SELECT count(*) FROM trash_next);--> statement-breakpoint
DROP TABLE `upgrade_check`;--> statement-breakpoint

-- A blob that no image has any more was garbage, and is not copied.
INSERT INTO doomed_objects (key, doomed_at)
  SELECT key, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM blobs WHERE uses = 0
  ON CONFLICT DO NOTHING;
--> statement-breakpoint

-- Ids in the trash are not used twice.
DELETE FROM sqlite_sequence WHERE name IN ('trash_next', 'trashed_tags_next');--> statement-breakpoint
INSERT INTO sqlite_sequence (name, seq)
  SELECT name || '_next', seq FROM sqlite_sequence WHERE name IN ('trash', 'trashed_tags');
--> statement-breakpoint

-- Whatever names a table of before goes first, children before their parents.
DROP VIEW `tag_expectations`;--> statement-breakpoint
DROP VIEW `immutable_tags`;--> statement-breakpoint
DROP TRIGGER `workspaces_trash`;--> statement-breakpoint
DROP TRIGGER `images_trash`;--> statement-breakpoint
DROP TABLE `trash`;--> statement-breakpoint
DROP TABLE `trashed_tags`;--> statement-breakpoint
DROP TABLE `tag_history`;--> statement-breakpoint
DROP TABLE `tags`;--> statement-breakpoint
DROP TABLE `manifest_children`;--> statement-breakpoint
DROP TABLE `manifest_blobs`;--> statement-breakpoint
DROP TABLE `manifests`;--> statement-breakpoint
DROP TABLE `image_blobs`;--> statement-breakpoint
DROP TABLE `blobs`;--> statement-breakpoint
DROP TABLE `upgrade_steps`;--> statement-breakpoint
ALTER TABLE `blobs_next` RENAME TO `blobs`;--> statement-breakpoint
ALTER TABLE `image_blobs_next` RENAME TO `image_blobs`;--> statement-breakpoint
ALTER TABLE `manifests_next` RENAME TO `manifests`;--> statement-breakpoint
ALTER TABLE `manifest_blobs_next` RENAME TO `manifest_blobs`;--> statement-breakpoint
ALTER TABLE `manifest_children_next` RENAME TO `manifest_children`;--> statement-breakpoint
ALTER TABLE `tags_next` RENAME TO `tags`;--> statement-breakpoint
ALTER TABLE `tag_history_next` RENAME TO `tag_history`;--> statement-breakpoint
ALTER TABLE `trashed_tags_next` RENAME TO `trashed_tags`;--> statement-breakpoint
ALTER TABLE `trash_next` RENAME TO `trash`;--> statement-breakpoint

-- images.project_id: of the workspace, so that one index has the images of a project in order.
ALTER TABLE `images` ADD `project_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE images SET project_id = (SELECT project_id FROM workspaces WHERE id = images.workspace_id);--> statement-breakpoint
CREATE INDEX `images_of_project_by_update` ON `images` (`project_id`,`updated_at`) WHERE published_at IS NOT NULL AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `images_of_project_by_size` ON `images` (`project_id`,`size`) WHERE published_at IS NOT NULL AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `images_of_project_by_pulls` ON `images` (`project_id`,`pulls`) WHERE published_at IS NOT NULL AND deleted_at IS NULL;--> statement-breakpoint
DROP TRIGGER `images_check`;--> statement-breakpoint
CREATE TRIGGER images_check BEFORE INSERT ON images BEGIN
  SELECT RAISE(ABORT, 'orlop:workspace_deleted') WHERE NOT EXISTS (
    SELECT 1 FROM workspaces WHERE id = NEW.workspace_id AND deleted_at IS NULL);
  SELECT RAISE(ABORT, 'orlop:image_project') FROM workspaces
    WHERE id = NEW.workspace_id AND project_id <> NEW.project_id;
END;
--> statement-breakpoint
-- A link has no foreign key to its image, whose index would be a row written for each link. A
-- link in use is held by its manifest, whose foreign key holds the image; this holds the others.
CREATE TRIGGER images_delete_check BEFORE DELETE ON images BEGIN
  SELECT RAISE(ABORT, 'orlop:image_linked') FROM image_blobs
    WHERE image_id = OLD.id AND uses = 0 LIMIT 1;
END;
--> statement-breakpoint

-- Of the blobs of an image count those that its manifests name, each once: `size`, and of these
-- `unshared_size` those that no other image's manifests name. The push of a manifest adds them,
-- one statement for all it names (src/storage/content/image-size.ts); here they are taken back.
CREATE TRIGGER image_blobs_unused_count AFTER UPDATE OF uses ON image_blobs
  WHEN OLD.uses > 0 AND NEW.uses = 0 BEGIN
  UPDATE images
    SET size = images.size - b.size,
        unshared_size = unshared_size - iif(EXISTS (
          SELECT 1 FROM image_blobs
            WHERE blob_id = NEW.blob_id AND image_id <> NEW.image_id AND uses > 0), 0, b.size)
    FROM blobs AS b
    WHERE images.id = NEW.image_id AND b.id = NEW.blob_id AND NEW.deleted_at IS NULL;
  UPDATE images SET unshared_size = unshared_size + b.size
    FROM blobs AS b
    WHERE b.id = NEW.blob_id
      AND (SELECT count(*) FROM (SELECT 1 FROM image_blobs
        WHERE blob_id = NEW.blob_id AND uses > 0 LIMIT 2)) = 1
      AND images.id = (SELECT image_id FROM image_blobs
        WHERE blob_id = NEW.blob_id AND uses > 0 AND deleted_at IS NULL LIMIT 1);
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_hidden_count AFTER UPDATE OF deleted_at ON image_blobs
  WHEN NEW.uses > 0 AND (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  UPDATE images
    SET size = images.size + iif(NEW.deleted_at IS NULL, b.size, -b.size),
        unshared_size = unshared_size + iif(EXISTS (
          SELECT 1 FROM image_blobs
            WHERE blob_id = NEW.blob_id AND image_id <> NEW.image_id AND uses > 0),
          0, iif(NEW.deleted_at IS NULL, b.size, -b.size))
    FROM blobs AS b WHERE images.id = NEW.image_id AND b.id = NEW.blob_id;
END;
--> statement-breakpoint
-- Until now blobs counted that no manifest names yet.
UPDATE images SET (size, unshared_size) = (
    SELECT coalesce(sum(b.size), 0), coalesce(sum(iif(EXISTS (
          SELECT 1 FROM image_blobs AS o
            WHERE o.blob_id = l.blob_id AND o.image_id <> l.image_id AND o.uses > 0),
        0, b.size)), 0)
      FROM (SELECT DISTINCT mb.blob_id, mb.image_id FROM manifests AS m
          CROSS JOIN manifest_blobs AS mb ON mb.manifest_id = m.id
          WHERE m.image_id = images.id) AS n
        CROSS JOIN image_blobs AS l ON l.blob_id = n.blob_id AND l.image_id = n.image_id
          AND l.deleted_at IS NULL
        CROSS JOIN blobs AS b ON b.id = l.blob_id)
  WHERE id IN (SELECT image_id FROM image_blobs
    WHERE blob_id IN (SELECT blob_id FROM image_blobs WHERE uses = 0));
--> statement-breakpoint

-- One trigger instead of two counts the images of a workspace, their bytes, pulls and tags.
DROP TRIGGER `images_insert_count`;--> statement-breakpoint
DROP TRIGGER `images_insert_versions`;--> statement-breakpoint
DROP TRIGGER `images_update_count`;--> statement-breakpoint
DROP TRIGGER `images_update_versions`;--> statement-breakpoint
DROP TRIGGER `images_delete_count`;--> statement-breakpoint
DROP TRIGGER `images_delete_versions`;--> statement-breakpoint
CREATE TRIGGER images_insert_count AFTER INSERT ON images
  WHEN NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL BEGIN
  UPDATE workspaces
    SET image_count = image_count + 1, size = size + NEW.size, pulls = pulls + NEW.pulls,
        versions = versions + NEW.versions
    WHERE id = NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER images_update_count
  AFTER UPDATE OF size, pulls, versions, published_at, deleted_at ON images
  WHEN ((NEW.published_at IS NULL) <> (OLD.published_at IS NULL)
      OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL))
    OR (NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL AND (
      NEW.size <> OLD.size OR NEW.pulls <> OLD.pulls OR NEW.versions <> OLD.versions)) BEGIN
  UPDATE workspaces
    SET image_count = image_count + is_listed - was_listed,
        size = size + NEW.size * is_listed - OLD.size * was_listed,
        pulls = pulls + NEW.pulls * is_listed - OLD.pulls * was_listed,
        versions = versions + NEW.versions * is_listed - OLD.versions * was_listed
    FROM (SELECT NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL AS is_listed,
        OLD.published_at IS NOT NULL AND OLD.deleted_at IS NULL AS was_listed)
    WHERE id = NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER images_delete_count AFTER DELETE ON images
  WHEN OLD.published_at IS NOT NULL AND OLD.deleted_at IS NULL BEGIN
  UPDATE workspaces
    SET image_count = image_count - 1, size = size - OLD.size, pulls = pulls - OLD.pulls,
        versions = versions - OLD.versions
    WHERE id = OLD.workspace_id;
END;
--> statement-breakpoint

-- platform_totals: of the blobs up to an id. Those after it are counted when they are asked for,
-- so that a new blob writes no row here.
ALTER TABLE `platform_totals` ADD `counted_to` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE platform_totals SET (blobs, blob_bytes, counted_to) = (
  SELECT count(*), coalesce(sum(size), 0), coalesce(max(id), 0) FROM blobs);
--> statement-breakpoint
CREATE TRIGGER blobs_insert_count AFTER INSERT ON blobs
  WHEN NEW.id <= (SELECT counted_to FROM platform_totals) BEGIN
  UPDATE platform_totals SET blobs = blobs + 1, blob_bytes = blob_bytes + NEW.size;
END;
--> statement-breakpoint
CREATE TRIGGER blobs_delete_count AFTER DELETE ON blobs
  WHEN OLD.id <= (SELECT counted_to FROM platform_totals) BEGIN
  UPDATE platform_totals SET blobs = blobs - 1, blob_bytes = blob_bytes - OLD.size;
END;
--> statement-breakpoint

-- image_blobs: links of images to blobs. `uses`: manifests of the image that name the blob.
CREATE TRIGGER image_blobs_check BEFORE INSERT ON image_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:image_deleted') WHERE NOT EXISTS (
    SELECT 1 FROM images WHERE id = NEW.image_id AND deleted_at IS NULL);
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_check BEFORE INSERT ON manifest_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:blob_deleted') FROM image_blobs
    WHERE blob_id = NEW.blob_id AND image_id = NEW.image_id AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_insert AFTER INSERT ON manifest_blobs BEGIN
  UPDATE image_blobs SET uses = uses + 1, unused_since = NULL
    WHERE blob_id = NEW.blob_id AND image_id = NEW.image_id;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_delete AFTER DELETE ON manifest_blobs BEGIN
  UPDATE image_blobs
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE blob_id = OLD.blob_id AND image_id = OLD.image_id;
END;
--> statement-breakpoint

-- manifests.uses: indexes that list it, tags (trashed ones too), and its subject while that is here
CREATE TRIGGER manifest_children_check BEFORE INSERT ON manifest_children BEGIN
  SELECT RAISE(ABORT, 'orlop:manifest_deleted') FROM manifests
    WHERE id = NEW.child_id AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_children_insert AFTER INSERT ON manifest_children BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL WHERE id = NEW.child_id;
  UPDATE manifests SET content_size = min(9007199254740991, content_size + coalesce((
      SELECT content_size FROM manifests WHERE id = NEW.child_id), 0))
    WHERE id = NEW.parent_id;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_children_delete AFTER DELETE ON manifest_children BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE id = OLD.child_id;
END;
--> statement-breakpoint
CREATE TRIGGER manifests_check BEFORE INSERT ON manifests BEGIN
  SELECT RAISE(ABORT, 'orlop:image_deleted') FROM images
    WHERE id = NEW.image_id AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifests_insert AFTER INSERT ON manifests BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL
    WHERE id = NEW.id AND EXISTS (
      SELECT 1 FROM manifests AS subject
        WHERE subject.image_id = NEW.image_id AND subject.digest = NEW.subject_digest);
  UPDATE manifests SET uses = uses + 1, unused_since = NULL
    WHERE image_id = NEW.image_id AND subject_digest = NEW.digest AND subject_digest IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifests_delete AFTER DELETE ON manifests BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE image_id = OLD.image_id AND subject_digest = OLD.digest AND subject_digest IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifests_trash AFTER UPDATE OF deleted_at ON manifests
  WHEN (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  DELETE FROM trash
    WHERE image_id = NEW.image_id AND digest = NEW.digest AND trashed_tag_id IS NULL;
  INSERT INTO trash (kind, project_id, workspace_id, image_id, digest, deleted_at, deleted_by)
    SELECT 'version', i.project_id, i.workspace_id, i.id, NEW.digest, NEW.deleted_at,
        coalesce(NEW.deleted_by, '')
      FROM images AS i
      WHERE i.id = NEW.image_id AND NEW.deleted_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM tags WHERE manifest_id = NEW.id);
END;
--> statement-breakpoint

-- tags, with what they do to manifests, to their image and to the history
CREATE VIEW immutable_tags AS
  SELECT t.image_id, t.name FROM tags AS t
    CROSS JOIN images AS i ON i.id = t.image_id AND i.deleted_at IS NULL
    CROSS JOIN workspaces AS w ON w.id = i.workspace_id AND w.deleted_at IS NULL
    WHERE EXISTS (
      SELECT 1 FROM json_each(w.retention, '$.immutableTags') AS p WHERE t.name GLOB p.value);
--> statement-breakpoint
CREATE TRIGGER tags_insert_check BEFORE INSERT ON tags BEGIN
  SELECT RAISE(ABORT, 'orlop:image_deleted') FROM images
    WHERE id = NEW.image_id AND deleted_at IS NOT NULL;
  SELECT RAISE(ABORT, 'orlop:manifest_deleted') FROM manifests
    WHERE id = NEW.manifest_id AND deleted_at IS NOT NULL;
  SELECT RAISE(ABORT, 'orlop:manifest_elsewhere') FROM manifests
    WHERE id = NEW.manifest_id AND image_id <> NEW.image_id;
END;
--> statement-breakpoint
CREATE TRIGGER tags_insert AFTER INSERT ON tags BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL, released_at = NULL
    WHERE id = NEW.manifest_id;
  UPDATE images SET versions = versions + 1 WHERE id = NEW.image_id;
  INSERT INTO tag_history (image_id, tag, id, manifest_digest, changed_at, changed_by)
    SELECT NEW.image_id, NEW.name, 1 + coalesce((
          SELECT max(id) FROM tag_history WHERE image_id = NEW.image_id AND tag = NEW.name), 0),
        (SELECT digest FROM manifests WHERE id = NEW.manifest_id), NEW.updated_at, NEW.updated_by;
END;
--> statement-breakpoint
CREATE TRIGGER tags_update AFTER UPDATE OF manifest_id ON tags
  WHEN NEW.manifest_id <> OLD.manifest_id BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL, released_at = NULL
    WHERE id = NEW.manifest_id;
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL),
        overwritten_at = NEW.updated_at
    WHERE id = OLD.manifest_id;
  INSERT INTO tag_history (image_id, tag, id, manifest_digest, changed_at, changed_by)
    SELECT NEW.image_id, NEW.name, 1 + coalesce((
          SELECT max(id) FROM tag_history WHERE image_id = NEW.image_id AND tag = NEW.name), 0),
        (SELECT digest FROM manifests WHERE id = NEW.manifest_id), NEW.updated_at, NEW.updated_by;
END;
--> statement-breakpoint
CREATE TRIGGER tags_delete AFTER DELETE ON tags BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE id = OLD.manifest_id;
  UPDATE images SET versions = versions - 1 WHERE id = OLD.image_id;
END;
--> statement-breakpoint
CREATE TRIGGER tags_immutable_update BEFORE UPDATE OF manifest_id ON tags
  WHEN NEW.manifest_id <> OLD.manifest_id BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_immutable') FROM immutable_tags
    WHERE image_id = OLD.image_id AND name = OLD.name;
END;
--> statement-breakpoint
CREATE TRIGGER tags_immutable_delete BEFORE DELETE ON tags BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_immutable') FROM immutable_tags
    WHERE image_id = OLD.image_id AND name = OLD.name;
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_insert AFTER INSERT ON trashed_tags BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL WHERE id = NEW.manifest_id;
  INSERT INTO tag_history (image_id, tag, id, manifest_digest, changed_at, changed_by)
    SELECT NEW.image_id, NEW.name, 1 + coalesce((
          SELECT max(id) FROM tag_history WHERE image_id = NEW.image_id AND tag = NEW.name), 0),
        NULL, NEW.deleted_at, NEW.deleted_by;
  INSERT INTO trash
      (kind, project_id, workspace_id, image_id, trashed_tag_id, digest, deleted_at, deleted_by)
    SELECT 'version', i.project_id, i.workspace_id, i.id, NEW.id,
        (SELECT digest FROM manifests WHERE id = NEW.manifest_id), NEW.deleted_at, NEW.deleted_by
      FROM images AS i WHERE i.id = NEW.image_id;
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_delete AFTER DELETE ON trashed_tags BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE id = OLD.manifest_id;
END;
--> statement-breakpoint

-- Compare-and-set inside a batch: inserting here fails unless the tag points at manifest_digest
-- (null: unless there is no such tag).
CREATE VIEW tag_expectations AS
  SELECT image_id, name, '' AS manifest_digest FROM tags WHERE 0;
--> statement-breakpoint
CREATE TRIGGER tag_expectations_insert INSTEAD OF INSERT ON tag_expectations BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_changed')
    WHERE NEW.manifest_digest IS NOT (
      SELECT m.digest FROM tags AS t CROSS JOIN manifests AS m ON m.id = t.manifest_id
        WHERE t.image_id = NEW.image_id AND t.name = NEW.name);
END;
--> statement-breakpoint

-- trash: a row comes with what is deleted, and goes when that is restored
CREATE TRIGGER workspaces_trash AFTER UPDATE OF deleted_at ON workspaces
  WHEN (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  DELETE FROM trash WHERE kind = 'workspace' AND workspace_id = NEW.id;
  INSERT INTO trash (kind, project_id, workspace_id, deleted_at, deleted_by)
    SELECT 'workspace', NEW.project_id, NEW.id, NEW.deleted_at, coalesce(NEW.deleted_by, '')
      WHERE NEW.deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER images_trash AFTER UPDATE OF deleted_at ON images
  WHEN (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  DELETE FROM trash WHERE image_id = NEW.id AND digest IS NULL;
  INSERT INTO trash (kind, project_id, workspace_id, image_id, deleted_at, deleted_by)
    SELECT 'image', NEW.project_id, NEW.workspace_id, NEW.id, NEW.deleted_at,
        coalesce(NEW.deleted_by, '')
      WHERE NEW.deleted_at IS NOT NULL;
END;
