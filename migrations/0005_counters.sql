-- Counters that lists show and sort by, kept by the database itself. Nothing else writes them.
-- What is there already is counted first.
UPDATE images SET
  versions = (SELECT count(*) FROM tags WHERE image_id = images.id),
  size = (SELECT coalesce(sum(b.size), 0) FROM image_blobs AS l JOIN blobs AS b ON b.digest = l.digest
    WHERE l.image_id = images.id AND l.deleted_at IS NULL),
  unshared_size = (SELECT coalesce(sum(b.size), 0) FROM image_blobs AS l JOIN blobs AS b ON b.digest = l.digest
    WHERE l.image_id = images.id AND l.deleted_at IS NULL AND b.uses = 1);
--> statement-breakpoint
UPDATE workspaces SET (image_count, size, pulls) = (
  SELECT count(*), coalesce(sum(size), 0), coalesce(sum(pulls), 0) FROM images
    WHERE workspace_id = workspaces.id AND published_at IS NOT NULL AND deleted_at IS NULL);
--> statement-breakpoint
UPDATE manifests SET content_size = min(9007199254740991, (
  SELECT manifests.content_size + coalesce(sum(child.content_size), 0)
    FROM manifest_children AS c JOIN manifests AS child
      ON child.image_id = c.image_id AND child.digest = c.child_digest
    WHERE c.image_id = manifests.image_id AND c.parent_digest = manifests.digest))
  WHERE EXISTS (SELECT 1 FROM manifest_children AS c
    WHERE c.image_id = manifests.image_id AND c.parent_digest = manifests.digest);
--> statement-breakpoint

-- images.versions: its tags
CREATE TRIGGER tags_insert_count AFTER INSERT ON tags BEGIN
  UPDATE images SET versions = versions + 1 WHERE id = NEW.image_id;
END;
--> statement-breakpoint
CREATE TRIGGER tags_delete_count AFTER DELETE ON tags BEGIN
  UPDATE images SET versions = versions - 1 WHERE id = OLD.image_id;
END;
--> statement-breakpoint

-- images.size: blobs linked and not hidden. images.unshared_size: those of them with no other
-- link, hidden or not. Links are counted here, not read from blobs.uses: which of two triggers
-- on one event runs first is not defined.
CREATE TRIGGER image_blobs_insert_count AFTER INSERT ON image_blobs BEGIN
  UPDATE images
    SET size = images.size + iif(NEW.deleted_at IS NULL, b.size, 0),
        unshared_size = unshared_size + iif(NEW.deleted_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM image_blobs WHERE digest = NEW.digest AND image_id <> NEW.image_id), b.size, 0)
    FROM blobs AS b WHERE images.id = NEW.image_id AND b.digest = NEW.digest;
  UPDATE images SET unshared_size = unshared_size - b.size
    FROM blobs AS b
    WHERE b.digest = NEW.digest
      AND (SELECT count(*) FROM (SELECT 1 FROM image_blobs WHERE digest = NEW.digest LIMIT 3)) = 2
      AND images.id = (SELECT image_id FROM image_blobs
        WHERE digest = NEW.digest AND image_id <> NEW.image_id AND deleted_at IS NULL LIMIT 1);
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_delete_count AFTER DELETE ON image_blobs BEGIN
  UPDATE images
    SET size = images.size - b.size,
        unshared_size = unshared_size - iif(NOT EXISTS (
          SELECT 1 FROM image_blobs WHERE digest = OLD.digest), b.size, 0)
    FROM blobs AS b
    WHERE images.id = OLD.image_id AND b.digest = OLD.digest AND OLD.deleted_at IS NULL;
  UPDATE images SET unshared_size = unshared_size + b.size
    FROM blobs AS b
    WHERE b.digest = OLD.digest
      AND (SELECT count(*) FROM (SELECT 1 FROM image_blobs WHERE digest = OLD.digest LIMIT 2)) = 1
      AND images.id = (SELECT image_id FROM image_blobs
        WHERE digest = OLD.digest AND deleted_at IS NULL LIMIT 1);
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_update_count AFTER UPDATE OF deleted_at ON image_blobs
  WHEN (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  UPDATE images
    SET size = images.size + iif(NEW.deleted_at IS NULL, b.size, -b.size),
        unshared_size = unshared_size + iif(EXISTS (
          SELECT 1 FROM image_blobs WHERE digest = NEW.digest AND image_id <> NEW.image_id),
          0, iif(NEW.deleted_at IS NULL, b.size, -b.size))
    FROM blobs AS b WHERE images.id = NEW.image_id AND b.digest = NEW.digest;
END;
--> statement-breakpoint

-- workspaces: images that were pushed to and are not in the trash
CREATE TRIGGER images_insert_count AFTER INSERT ON images
  WHEN NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL BEGIN
  UPDATE workspaces
    SET image_count = image_count + 1, size = size + NEW.size, pulls = pulls + NEW.pulls
    WHERE id = NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER images_update_count AFTER UPDATE OF size, pulls, published_at, deleted_at ON images
  WHEN NEW.size <> OLD.size OR NEW.pulls <> OLD.pulls
    OR (NEW.published_at IS NULL) <> (OLD.published_at IS NULL)
    OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  UPDATE workspaces
    SET image_count = image_count + is_listed - was_listed,
        size = size + NEW.size * is_listed - OLD.size * was_listed,
        pulls = pulls + NEW.pulls * is_listed - OLD.pulls * was_listed
    FROM (SELECT NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL AS is_listed,
        OLD.published_at IS NOT NULL AND OLD.deleted_at IS NULL AS was_listed)
    WHERE id = NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER images_delete_count AFTER DELETE ON images
  WHEN OLD.published_at IS NOT NULL AND OLD.deleted_at IS NULL BEGIN
  UPDATE workspaces
    SET image_count = image_count - 1, size = size - OLD.size, pulls = pulls - OLD.pulls
    WHERE id = OLD.workspace_id;
END;
--> statement-breakpoint

-- manifests.content_size of an index: what it lists comes to, within what JSON can say
CREATE TRIGGER manifest_children_insert_count AFTER INSERT ON manifest_children BEGIN
  UPDATE manifests SET content_size = min(9007199254740991, content_size + coalesce((
      SELECT content_size FROM manifests
        WHERE image_id = NEW.image_id AND digest = NEW.child_digest), 0))
    WHERE image_id = NEW.image_id AND digest = NEW.parent_digest;
END;
--> statement-breakpoint

-- image_pulls_by_day: pulls_by_day without the versions
CREATE TRIGGER pulls_by_day_insert AFTER INSERT ON pulls_by_day BEGIN
  INSERT INTO image_pulls_by_day (image_id, day, pulls)
    VALUES (NEW.image_id, NEW.day, NEW.pulls)
    ON CONFLICT DO UPDATE SET pulls = pulls + excluded.pulls;
END;
--> statement-breakpoint
CREATE TRIGGER pulls_by_day_update AFTER UPDATE OF pulls ON pulls_by_day BEGIN
  UPDATE image_pulls_by_day SET pulls = pulls + NEW.pulls - OLD.pulls
    WHERE image_id = NEW.image_id AND day = NEW.day;
END;
