-- A link is refused where its image is in the trash, and now also where only its workspace is: a push
-- may act on what the database decided up to a minute ago.
DROP TRIGGER `image_blobs_check`;
--> statement-breakpoint
CREATE TRIGGER image_blobs_check BEFORE INSERT ON image_blobs BEGIN
  SELECT RAISE(ABORT, 'orlop:image_deleted') WHERE NOT EXISTS (
    SELECT 1 FROM images WHERE id = NEW.image_id AND deleted_at IS NULL);
  SELECT RAISE(ABORT, 'orlop:workspace_deleted') FROM workspaces
    WHERE id = (SELECT workspace_id FROM images WHERE id = NEW.image_id)
      AND deleted_at IS NOT NULL;
END;
