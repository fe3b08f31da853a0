-- Counts of uses, kept by the database itself: a row is garbage exactly while uses = 0, and
-- the partial indexes on unused_since list just those rows. The same triggers refuse what
-- the foreign keys cannot see: a use of something that is in the trash. Codes raised here
-- are read in src/storage/database.ts.

-- blobs.uses: links from images
CREATE TRIGGER image_blobs_insert AFTER INSERT ON image_blobs BEGIN
  UPDATE blobs SET uses = uses + 1, unused_since = NULL WHERE digest = NEW.digest;
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_delete AFTER DELETE ON image_blobs BEGIN
  UPDATE blobs
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE digest = OLD.digest;
END;
--> statement-breakpoint

-- image_blobs.uses: manifests that name the blob
CREATE TRIGGER manifest_blobs_check BEFORE INSERT ON manifest_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:blob_deleted') FROM image_blobs
    WHERE image_id = NEW.image_id AND digest = NEW.blob_digest AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_insert AFTER INSERT ON manifest_blobs BEGIN
  UPDATE image_blobs SET uses = uses + 1, unused_since = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.blob_digest;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_blobs_delete AFTER DELETE ON manifest_blobs BEGIN
  UPDATE image_blobs
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE image_id = OLD.image_id AND digest = OLD.blob_digest;
END;
--> statement-breakpoint

-- manifests.uses: indexes that list it
CREATE TRIGGER manifest_children_check BEFORE INSERT ON manifest_children BEGIN
  SELECT RAISE(ABORT, 'orlop:manifest_deleted') FROM manifests
    WHERE image_id = NEW.image_id AND digest = NEW.child_digest AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_children_insert AFTER INSERT ON manifest_children BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.child_digest;
END;
--> statement-breakpoint
CREATE TRIGGER manifest_children_delete AFTER DELETE ON manifest_children BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE image_id = OLD.image_id AND digest = OLD.child_digest;
END;
--> statement-breakpoint

-- manifests.uses: the subject, while it is here, keeps its referrers
CREATE TRIGGER manifests_check BEFORE INSERT ON manifests BEGIN
  SELECT RAISE(ABORT, 'orlop:image_deleted') FROM images
    WHERE id = NEW.image_id AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER manifests_insert AFTER INSERT ON manifests BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.digest AND EXISTS (
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

-- manifests.uses: tags; and the history of every tag
CREATE TRIGGER tags_insert_check BEFORE INSERT ON tags BEGIN
  SELECT RAISE(ABORT, 'orlop:image_deleted') FROM images
    WHERE id = NEW.image_id AND deleted_at IS NOT NULL;
  SELECT RAISE(ABORT, 'orlop:manifest_deleted') FROM manifests
    WHERE image_id = NEW.image_id AND digest = NEW.manifest_digest AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER tags_insert AFTER INSERT ON tags BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.manifest_digest;
  INSERT INTO tag_history (image_id, tag, manifest_digest, changed_at, changed_by)
    VALUES (NEW.image_id, NEW.name, NEW.manifest_digest, NEW.updated_at, NEW.updated_by);
END;
--> statement-breakpoint
CREATE TRIGGER tags_update AFTER UPDATE OF manifest_digest ON tags
  WHEN NEW.manifest_digest <> OLD.manifest_digest BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.manifest_digest;
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE image_id = OLD.image_id AND digest = OLD.manifest_digest;
  INSERT INTO tag_history (image_id, tag, manifest_digest, changed_at, changed_by)
    VALUES (NEW.image_id, NEW.name, NEW.manifest_digest, NEW.updated_at, NEW.updated_by);
END;
--> statement-breakpoint
CREATE TRIGGER tags_delete AFTER DELETE ON tags BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE image_id = OLD.image_id AND digest = OLD.manifest_digest;
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_insert AFTER INSERT ON trashed_tags BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL
    WHERE image_id = NEW.image_id AND digest = NEW.manifest_digest;
  INSERT INTO tag_history (image_id, tag, manifest_digest, changed_at, changed_by)
    VALUES (NEW.image_id, NEW.name, NULL, NEW.deleted_at, NEW.deleted_by);
END;
--> statement-breakpoint
CREATE TRIGGER trashed_tags_delete AFTER DELETE ON trashed_tags BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE image_id = OLD.image_id AND digest = OLD.manifest_digest;
END;
--> statement-breakpoint

-- nothing new in a workspace or an image that is in the trash
CREATE TRIGGER images_check BEFORE INSERT ON images BEGIN
  SELECT RAISE(ABORT, 'orlop:workspace_deleted') FROM workspaces
    WHERE id = NEW.workspace_id AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER image_blobs_check BEFORE INSERT ON image_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:image_deleted') FROM images
    WHERE id = NEW.image_id AND deleted_at IS NOT NULL;
END;
--> statement-breakpoint

-- Compare-and-set inside a batch: inserting here fails unless the tag points at manifest_digest
-- (null: unless there is no such tag).
CREATE VIEW tag_expectations AS
  SELECT image_id, name, manifest_digest FROM tags WHERE 0;
--> statement-breakpoint
CREATE TRIGGER tag_expectations_insert INSTEAD OF INSERT ON tag_expectations BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_changed')
    WHERE NEW.manifest_digest IS NOT (
      SELECT manifest_digest FROM tags WHERE image_id = NEW.image_id AND name = NEW.name);
END;
