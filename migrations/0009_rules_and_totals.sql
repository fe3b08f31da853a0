-- Tags that a pattern of their workspace protects. One that is there is neither moved nor
-- deleted, whoever writes; what is in the trash already can be emptied.
CREATE VIEW immutable_tags AS
  SELECT t.image_id, t.name FROM tags AS t
    CROSS JOIN images AS i ON i.id = t.image_id AND i.deleted_at IS NULL
    CROSS JOIN workspaces AS w ON w.id = i.workspace_id AND w.deleted_at IS NULL
    WHERE EXISTS (
      SELECT 1 FROM json_each(w.retention, '$.immutableTags') AS p WHERE t.name GLOB p.value);
--> statement-breakpoint
CREATE TRIGGER tags_immutable_update BEFORE UPDATE OF manifest_digest ON tags
  WHEN NEW.manifest_digest <> OLD.manifest_digest BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_immutable') FROM immutable_tags
    WHERE image_id = OLD.image_id AND name = OLD.name;
END;
--> statement-breakpoint
CREATE TRIGGER tags_immutable_delete BEFORE DELETE ON tags BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_immutable') FROM immutable_tags
    WHERE image_id = OLD.image_id AND name = OLD.name;
END;
--> statement-breakpoint
-- Counters of the whole platform; what is there already is counted first.
INSERT INTO platform_totals (id, blobs, blob_bytes)
  SELECT 1, count(*), coalesce(sum(size), 0) FROM blobs;
--> statement-breakpoint
INSERT INTO platform_pulls_by_day (day, pulls)
  SELECT day, sum(pulls) FROM image_pulls_by_day GROUP BY day;
--> statement-breakpoint
UPDATE workspaces SET versions = (
  SELECT coalesce(sum(versions), 0) FROM images
    WHERE workspace_id = workspaces.id AND published_at IS NOT NULL AND deleted_at IS NULL);
--> statement-breakpoint
CREATE TRIGGER blobs_insert_count AFTER INSERT ON blobs BEGIN
  UPDATE platform_totals SET blobs = blobs + 1, blob_bytes = blob_bytes + NEW.size;
END;
--> statement-breakpoint
CREATE TRIGGER blobs_delete_count AFTER DELETE ON blobs BEGIN
  UPDATE platform_totals SET blobs = blobs - 1, blob_bytes = blob_bytes - OLD.size;
END;
--> statement-breakpoint
CREATE TRIGGER image_pulls_by_day_insert AFTER INSERT ON image_pulls_by_day BEGIN
  INSERT INTO platform_pulls_by_day (day, pulls) VALUES (NEW.day, NEW.pulls)
    ON CONFLICT DO UPDATE SET pulls = pulls + excluded.pulls;
END;
--> statement-breakpoint
CREATE TRIGGER image_pulls_by_day_update AFTER UPDATE OF pulls ON image_pulls_by_day BEGIN
  UPDATE platform_pulls_by_day SET pulls = pulls + NEW.pulls - OLD.pulls WHERE day = NEW.day;
END;
--> statement-breakpoint
-- workspaces.versions: of images that were pushed to and are not in the trash
CREATE TRIGGER images_insert_versions AFTER INSERT ON images
  WHEN NEW.versions > 0 AND NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL BEGIN
  UPDATE workspaces SET versions = versions + NEW.versions WHERE id = NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER images_update_versions AFTER UPDATE OF versions, published_at, deleted_at ON images
  WHEN NEW.versions <> OLD.versions
    OR (NEW.published_at IS NULL) <> (OLD.published_at IS NULL)
    OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  UPDATE workspaces
    SET versions = versions
      + iif(NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL, NEW.versions, 0)
      - iif(OLD.published_at IS NOT NULL AND OLD.deleted_at IS NULL, OLD.versions, 0)
    WHERE id = NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER images_delete_versions AFTER DELETE ON images
  WHEN OLD.versions > 0 AND OLD.published_at IS NOT NULL AND OLD.deleted_at IS NULL BEGIN
  UPDATE workspaces SET versions = versions - OLD.versions WHERE id = OLD.workspace_id;
END;
