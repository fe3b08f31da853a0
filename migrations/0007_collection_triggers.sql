-- What lies in the trash has a row in `trash`, kept by the database itself, and every manifest
-- the marks that say when it can be collected. What is there already is brought to that first.
UPDATE manifests SET workspace_id = (SELECT workspace_id FROM images WHERE id = manifests.image_id);
--> statement-breakpoint
UPDATE trashed_tags SET updated_at = created_at, updated_by = deleted_by;
--> statement-breakpoint
INSERT INTO trash (kind, project_id, workspace_id, deleted_at, deleted_by)
  SELECT 'workspace', project_id, id, deleted_at, coalesce(deleted_by, '')
    FROM workspaces WHERE deleted_at IS NOT NULL;
--> statement-breakpoint
INSERT INTO trash (kind, project_id, workspace_id, image_id, deleted_at, deleted_by)
  SELECT 'image', w.project_id, w.id, i.id, i.deleted_at, coalesce(i.deleted_by, '')
    FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id WHERE i.deleted_at IS NOT NULL;
--> statement-breakpoint
INSERT INTO trash
    (kind, project_id, workspace_id, image_id, trashed_tag_id, digest, deleted_at, deleted_by)
  SELECT 'version', w.project_id, w.id, i.id, t.id, t.manifest_digest, t.deleted_at, t.deleted_by
    FROM trashed_tags AS t JOIN images AS i ON i.id = t.image_id
      JOIN workspaces AS w ON w.id = i.workspace_id;
--> statement-breakpoint
INSERT INTO trash (kind, project_id, workspace_id, image_id, digest, deleted_at, deleted_by)
  SELECT 'version', w.project_id, w.id, i.id, m.digest, m.deleted_at, coalesce(m.deleted_by, '')
    FROM manifests AS m JOIN images AS i ON i.id = m.image_id
      JOIN workspaces AS w ON w.id = i.workspace_id
    WHERE m.deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM trashed_tags AS t
      WHERE t.image_id = m.image_id AND t.manifest_digest = m.digest);
--> statement-breakpoint

-- manifests.workspace_id: of the image
CREATE TRIGGER manifests_insert_workspace AFTER INSERT ON manifests BEGIN
  UPDATE manifests SET workspace_id = (SELECT workspace_id FROM images WHERE id = NEW.image_id)
    WHERE image_id = NEW.image_id AND digest = NEW.digest;
END;
--> statement-breakpoint

-- manifests.released_at: a new tag takes it back. manifests.overwritten_at: a tag moved on.
DROP TRIGGER tags_insert;
--> statement-breakpoint
CREATE TRIGGER tags_insert AFTER INSERT ON tags BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL, released_at = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.manifest_digest;
  INSERT INTO tag_history (image_id, tag, manifest_digest, changed_at, changed_by)
    VALUES (NEW.image_id, NEW.name, NEW.manifest_digest, NEW.updated_at, NEW.updated_by);
END;
--> statement-breakpoint
DROP TRIGGER tags_update;
--> statement-breakpoint
CREATE TRIGGER tags_update AFTER UPDATE OF manifest_digest ON tags
  WHEN NEW.manifest_digest <> OLD.manifest_digest BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL, released_at = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.manifest_digest;
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL),
        overwritten_at = NEW.updated_at
    WHERE image_id = OLD.image_id AND digest = OLD.manifest_digest;
  INSERT INTO tag_history (image_id, tag, manifest_digest, changed_at, changed_by)
    VALUES (NEW.image_id, NEW.name, NEW.manifest_digest, NEW.updated_at, NEW.updated_by);
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
    SELECT 'image', project_id, id, NEW.id, NEW.deleted_at, coalesce(NEW.deleted_by, '')
      FROM workspaces WHERE id = NEW.workspace_id AND NEW.deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_trash AFTER INSERT ON trashed_tags BEGIN
  INSERT INTO trash
      (kind, project_id, workspace_id, image_id, trashed_tag_id, digest, deleted_at, deleted_by)
    SELECT 'version', w.project_id, w.id, i.id, NEW.id, NEW.manifest_digest, NEW.deleted_at,
        NEW.deleted_by
      FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id WHERE i.id = NEW.image_id;
END;
--> statement-breakpoint
-- Of a manifest that is deleted with its tags, those have the rows.
CREATE TRIGGER manifests_trash AFTER UPDATE OF deleted_at ON manifests
  WHEN (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
  DELETE FROM trash
    WHERE image_id = NEW.image_id AND digest = NEW.digest AND trashed_tag_id IS NULL;
  INSERT INTO trash (kind, project_id, workspace_id, image_id, digest, deleted_at, deleted_by)
    SELECT 'version', w.project_id, w.id, i.id, NEW.digest, NEW.deleted_at, coalesce(NEW.deleted_by, '')
      FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE i.id = NEW.image_id AND NEW.deleted_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM tags WHERE image_id = NEW.image_id AND manifest_digest = NEW.digest);
END;
--> statement-breakpoint

-- A workspace that is restored under another name: its images are found by that.
CREATE TRIGGER workspaces_search_update AFTER UPDATE OF name ON workspaces
  WHEN NEW.name <> OLD.name BEGIN
  DELETE FROM image_search WHERE rowid IN (
    SELECT id FROM images
      WHERE workspace_id = NEW.id AND published_at IS NOT NULL AND deleted_at IS NULL);
  INSERT INTO image_search (rowid, name, description)
    SELECT id, NEW.name || '/' || name, description FROM images
      WHERE workspace_id = NEW.id AND published_at IS NOT NULL AND deleted_at IS NULL;
END;
