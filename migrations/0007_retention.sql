CREATE TABLE IF NOT EXISTS sweep_cursors (name text PRIMARY KEY NOT NULL, cursor text, updated_at integer NOT NULL);
--> statement-breakpoint
CREATE INDEX `workspaces_with_retention` ON `workspaces` (`id`) WHERE retention IS NOT NULL;--> statement-breakpoint
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
ALTER TABLE `manifests` ADD `damaged_at` integer;--> statement-breakpoint
CREATE INDEX `manifests_damaged` ON `manifests` (`damaged_at`) WHERE damaged_at IS NOT NULL;
