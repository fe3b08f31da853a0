-- Immutable means immutable: neither a tag that a rule of its workspace matches, nor the image or
-- the workspace that it is in, is moved, deleted or purged, whoever writes, until the rule changes.

-- Such tags, by image or by workspace, in the trash or not. Of the tags of an image, only those
-- that begin as a pattern does are read.
CREATE VIEW immutable_versions AS
  SELECT i.workspace_id, i.id AS image_id, i.name AS image, t.name AS tag
    FROM images AS i
      CROSS JOIN workspaces AS w ON w.id = i.workspace_id
        AND json_array_length(w.retention, '$.immutableTags') > 0
      CROSS JOIN json_each(w.retention, '$.immutableTags') AS p
      CROSS JOIN tags AS t ON t.image_id = i.id AND t.name GLOB p.value
        AND t.name >= substr(p.value, 1, instr(replace(p.value, '?', '*') || '*', '*') - 1)
        AND t.name <
          substr(p.value, 1, instr(replace(p.value, '?', '*') || '*', '*') - 1) || char(1114111);
--> statement-breakpoint
-- Images and workspaces in the trash that such a tag keeps there.
CREATE VIEW immutable_trash AS
  SELECT t.id AS trash_id, v.image, v.tag
    FROM trash AS t CROSS JOIN immutable_versions AS v ON v.image_id = t.image_id
    WHERE t.kind = 'image'
  UNION ALL
  SELECT t.id, v.image, v.tag
    FROM trash AS t
      CROSS JOIN workspaces AS w ON w.id = t.workspace_id
        AND json_array_length(w.retention, '$.immutableTags') > 0
      CROSS JOIN immutable_versions AS v ON v.workspace_id = w.id
    WHERE t.kind = 'workspace';
--> statement-breakpoint
-- Until now only of images that are not in the trash. What was purged before stays so.
DROP VIEW `immutable_tags`;
--> statement-breakpoint
CREATE VIEW immutable_tags AS
  SELECT t.image_id, t.name FROM tags AS t
    CROSS JOIN images AS i ON i.id = t.image_id
    CROSS JOIN workspaces AS w ON w.id = i.workspace_id
    WHERE EXISTS (
        SELECT 1 FROM json_each(w.retention, '$.immutableTags') AS p WHERE t.name GLOB p.value)
      AND NOT (i.deleted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM trash
          WHERE image_id = i.id AND kind = 'image' AND purged_at IS NOT NULL))
      AND NOT (w.deleted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM trash
          WHERE workspace_id = w.id AND kind = 'workspace' AND purged_at IS NOT NULL));
--> statement-breakpoint
CREATE TRIGGER workspaces_immutable BEFORE UPDATE OF deleted_at, name ON workspaces
  WHEN OLD.deleted_at IS NULL AND (NEW.deleted_at IS NOT NULL OR NEW.name <> OLD.name)
    AND json_array_length(OLD.retention, '$.immutableTags') > 0 BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_immutable') FROM immutable_versions
    WHERE workspace_id = OLD.id LIMIT 1;
END;
--> statement-breakpoint
CREATE TRIGGER images_immutable BEFORE UPDATE OF deleted_at, name, workspace_id ON images
  WHEN OLD.deleted_at IS NULL AND (NEW.deleted_at IS NOT NULL OR NEW.name <> OLD.name
    OR NEW.workspace_id <> OLD.workspace_id) BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_immutable') FROM immutable_versions
    WHERE image_id = OLD.id LIMIT 1;
END;
--> statement-breakpoint
CREATE TRIGGER trash_immutable BEFORE UPDATE OF purged_at ON trash
  WHEN NEW.purged_at IS NOT NULL AND OLD.purged_at IS NULL AND OLD.kind <> 'version' BEGIN
  SELECT RAISE(ABORT, 'orlop:tag_immutable') FROM immutable_trash
    WHERE trash_id = OLD.id LIMIT 1;
END;
