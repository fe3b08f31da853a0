-- Search by any part of an image's full name or description: a trigram index that triggers
-- keep. Only images that were pushed to and are not in the trash are in it.
CREATE VIRTUAL TABLE image_search USING fts5(
  name, description, content = '', contentless_delete = 1, tokenize = 'trigram');
--> statement-breakpoint
CREATE TRIGGER images_search_insert AFTER INSERT ON images
  WHEN NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL BEGIN
  INSERT INTO image_search (rowid, name, description)
    SELECT NEW.id, name || '/' || NEW.name, NEW.description FROM workspaces WHERE id = NEW.workspace_id;
END;
--> statement-breakpoint
CREATE TRIGGER images_search_update AFTER UPDATE OF name, description, published_at, deleted_at ON images
  WHEN NEW.name <> OLD.name OR NEW.description <> OLD.description
    OR NEW.published_at IS NOT OLD.published_at OR NEW.deleted_at IS NOT OLD.deleted_at BEGIN
  DELETE FROM image_search WHERE rowid = OLD.id;
  INSERT INTO image_search (rowid, name, description)
    SELECT NEW.id, name || '/' || NEW.name, NEW.description FROM workspaces
      WHERE id = NEW.workspace_id AND NEW.published_at IS NOT NULL AND NEW.deleted_at IS NULL;
END;
--> statement-breakpoint
CREATE TRIGGER images_search_delete AFTER DELETE ON images BEGIN
  DELETE FROM image_search WHERE rowid = OLD.id;
END;
--> statement-breakpoint
INSERT INTO image_search (rowid, name, description)
  SELECT i.id, w.name || '/' || i.name, i.description
    FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id
    WHERE i.published_at IS NOT NULL AND i.deleted_at IS NULL;
