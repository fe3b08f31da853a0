-- Accessories: tags that attach a signature, an attestation, an SBOM or a list of referrers to
-- another manifest. They are no versions: no order, count or rule of versions includes them.
DROP INDEX `tags_by_update`;--> statement-breakpoint
ALTER TABLE `tags` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `images` ADD `accessories` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `trashed_tags` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `trashed_tags` ADD `with_subject` integer DEFAULT false NOT NULL;--> statement-breakpoint

-- Those that are there already: by their name (`subjectOfTag` in src/domain/accessories.ts), or
-- because they point at an artifact with a subject. A tag that names its own manifest is a version.
UPDATE tags SET subject = n.subject FROM (
    SELECT t.image_id, t.name, substr(t.name, t.at, 6) || ':' || substr(t.name, t.at + 7, 64) AS subject
      FROM (SELECT *, max(instr(name, 'sha256-'), instr(name, 'sha512-')) AS at,
          substr(name, max(instr(name, 'sha256-'), instr(name, 'sha512-')) + 71) AS suffix
        FROM tags) AS t
      WHERE t.at > 0 AND length(substr(t.name, t.at + 7, 64)) = 64
        AND substr(t.name, t.at + 7, 64) NOT GLOB '*[^0-9a-f]*'
        AND iif(t.at = 1, t.suffix = '' OR t.suffix GLOB '.?*',
          t.suffix IN ('.sig', '.att', '.sbom'))) AS n
  WHERE n.image_id = tags.image_id AND n.name = tags.name AND n.subject <> (
    SELECT substr(digest, 1, 71) FROM manifests WHERE id = tags.manifest_id);
--> statement-breakpoint
UPDATE tags SET subject = (
    SELECT substr(subject_digest, 1, 71) FROM manifests WHERE id = tags.manifest_id)
  WHERE subject IS NULL AND manifest_id IN (
    SELECT id FROM manifests INDEXED BY manifests_by_subject
      WHERE subject_digest IS NOT NULL AND artifact_type IS NOT NULL AND artifact_type NOT IN (
        'application/vnd.oci.image.config.v1+json',
        'application/vnd.docker.container.image.v1+json'));
--> statement-breakpoint
CREATE INDEX `tags_like_digests` ON `tags` (`image_id`,`name`) WHERE subject IS NULL AND name >= 'sha' AND name < 'shb';--> statement-breakpoint
CREATE INDEX `tags_by_subject` ON `tags` (`image_id`,`subject`) WHERE subject IS NOT NULL;--> statement-breakpoint
CREATE INDEX `tags_by_update` ON `tags` (`image_id`,`updated_at`,`name`) WHERE subject IS NULL;--> statement-breakpoint
CREATE INDEX `trashed_tags_with_subject` ON `trashed_tags` (`image_id`,`subject`) WHERE with_subject = 1;--> statement-breakpoint
-- A trigger takes them from the versions of their workspaces.
UPDATE images SET versions = versions - n.accessories, accessories = n.accessories
  FROM (SELECT image_id, count(*) AS accessories FROM tags WHERE subject IS NOT NULL
    GROUP BY image_id) AS n
  WHERE images.id = n.image_id;
--> statement-breakpoint

DROP TRIGGER `tags_insert`;--> statement-breakpoint
CREATE TRIGGER tags_insert AFTER INSERT ON tags BEGIN
  UPDATE manifests SET uses = uses + 1, unused_since = NULL, released_at = NULL
    WHERE id = NEW.manifest_id;
  UPDATE images
    SET versions = versions + (NEW.subject IS NULL),
        accessories = accessories + (NEW.subject IS NOT NULL)
    WHERE id = NEW.image_id;
  INSERT INTO tag_history (image_id, tag, id, manifest_digest, changed_at, changed_by)
    SELECT NEW.image_id, NEW.name, 1 + coalesce((
          SELECT max(id) FROM tag_history WHERE image_id = NEW.image_id AND tag = NEW.name), 0),
        (SELECT digest FROM manifests WHERE id = NEW.manifest_id), NEW.updated_at, NEW.updated_by;
END;
--> statement-breakpoint
CREATE TRIGGER tags_update_subject AFTER UPDATE OF subject ON tags
  WHEN (NEW.subject IS NULL) <> (OLD.subject IS NULL) BEGIN
  UPDATE images
    SET versions = versions + (NEW.subject IS NULL) - (OLD.subject IS NULL),
        accessories = accessories + (OLD.subject IS NULL) - (NEW.subject IS NULL)
    WHERE id = NEW.image_id;
END;
--> statement-breakpoint
DROP TRIGGER `tags_delete`;--> statement-breakpoint
CREATE TRIGGER tags_delete AFTER DELETE ON tags BEGIN
  UPDATE manifests
    SET uses = uses - 1,
        unused_since = iif(uses = 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)
    WHERE id = OLD.manifest_id;
  UPDATE images
    SET versions = versions - (OLD.subject IS NULL),
        accessories = accessories - (OLD.subject IS NOT NULL)
    WHERE id = OLD.image_id;
END;
--> statement-breakpoint
-- An accessory that goes with its subject comes back and is collected with it: it has no row in
-- the trash.
DROP TRIGGER `trashed_tags_insert`;--> statement-breakpoint
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
      FROM images AS i WHERE i.id = NEW.image_id AND NOT NEW.with_subject;
END;
--> statement-breakpoint

-- Of accessories only those are immutable that a rule names without a wildcard.
DROP VIEW `immutable_versions`;--> statement-breakpoint
CREATE VIEW immutable_versions AS
  SELECT i.workspace_id, i.id AS image_id, i.name AS image, t.name AS tag
    FROM images AS i
      CROSS JOIN workspaces AS w ON w.id = i.workspace_id
        AND json_array_length(w.retention, '$.immutableTags') > 0
      CROSS JOIN json_each(w.retention, '$.immutableTags') AS p
      CROSS JOIN tags AS t ON t.image_id = i.id AND t.name GLOB p.value
        AND t.name >= substr(p.value, 1, instr(replace(p.value, '?', '*') || '*', '*') - 1)
        AND t.name <
          substr(p.value, 1, instr(replace(p.value, '?', '*') || '*', '*') - 1) || char(1114111)
        AND (t.subject IS NULL OR instr(replace(p.value, '?', '*'), '*') = 0);
--> statement-breakpoint
DROP VIEW `immutable_tags`;--> statement-breakpoint
CREATE VIEW immutable_tags AS
  SELECT t.image_id, t.name FROM tags AS t
    CROSS JOIN images AS i ON i.id = t.image_id
    CROSS JOIN workspaces AS w ON w.id = i.workspace_id
    WHERE EXISTS (
        SELECT 1 FROM json_each(w.retention, '$.immutableTags') AS p
          WHERE t.name GLOB p.value
            AND (t.subject IS NULL OR instr(replace(p.value, '?', '*'), '*') = 0))
      AND NOT (i.deleted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM trash
          WHERE image_id = i.id AND kind = 'image' AND purged_at IS NOT NULL))
      AND NOT (w.deleted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM trash
          WHERE workspace_id = w.id AND kind = 'workspace' AND purged_at IS NOT NULL));
